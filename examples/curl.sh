#!/bin/sh
# The API by curl. Needs a running gateway with the default policies, and a token of role admin:
#
#     AISECOPS_TOKEN=<token> sh examples/curl.sh
set -eu

url="${AISECOPS_URL:-http://127.0.0.1:8080}"

# call METHOD PATH [BODY]: prints the answer; ends the script when it is an error.
call() {
  echo "# $1 $2" >&2
  if [ $# -eq 3 ]; then
    curl --silent --show-error --fail-with-body --request "$1" "$url$2" \
      --header "Authorization: Bearer $AISECOPS_TOKEN" --header 'Content-Type: application/json' --data "$3"
  else
    curl --silent --show-error --fail-with-body --request "$1" "$url$2" \
      --header "Authorization: Bearer $AISECOPS_TOKEN"
  fi
  echo
}

# Decide one tool call, in the short form. It names no source of the instruction, so it counts as unverified.
call POST /evaluate '{ "agent_name": "finance_agent", "tool_name": "read_contract", "arguments": { "contract_id": "C-7" } }'

# Decide a plan that says where its instruction came from, in a trace of your own name.
trace="curl-$(date +%s)"
call POST /evaluate '{
  "trace_id": "'"$trace"'",
  "agent": { "agent_id": "agent-finance-01", "tenant_id": "acme-corp" },
  "provenance": [{ "source_type": "skill", "source_name": "untrusted_openclaw_skill" }],
  "steps": [{ "tool_name": "send_email", "arguments": { "to": "x@evil.example", "subject": "C-7", "body": "All." } }]
}'

# The same by OpenID AuthZEN: two questions at once, of one agent. The answers are yes and no.
call POST /access/v1/evaluations '{
  "subject": { "type": "agent", "id": "agent-finance-01" },
  "resource": { "type": "contract", "id": "C-7" },
  "evaluations": [
    { "action": { "name": "read_contract", "properties": { "contract_id": "C-7" } } },
    { "action": { "name": "delete_database", "properties": { "database": "orders" } } }
  ]
}'

# Ask why, with every rule that was looked at; nothing is consumed.
call POST /explain '{ "agent_name": "finance_agent", "tool_name": "read_contract", "arguments": { "contract_id": "C-7" } }'

# Read the trace back, and the last events of the log.
call GET "/replay/$trace/summary"
call GET '/audit?limit=3'

# What waits for a person; what is spent; which rules are in force; whether the gateway can decide.
call GET '/approvals?status=pending'
call GET '/budgets'
call GET '/policies'
call GET '/readyz'
