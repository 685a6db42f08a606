import type { AgentRecord } from '../../agents/agent-record.ts';
import { clientObligations } from '../../authzen/decision.ts';
import {
  type ActionSearch,
  actionSearchSchema,
  type SubjectSearch,
  subjectSearchSchema,
} from '../../authzen/request.ts';
import {
  actionCandidates,
  type Candidate,
  keyInToken,
  pageToken,
  questionOf,
  subjectCandidates,
} from '../../authzen/search.ts';
import { submissionOf } from '../../authzen/submission.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { JsonObject } from '../../json/value.ts';
import type { Caller } from '../../tokens/caller.ts';
import { ACTION_SEARCH_EXAMPLES, SUBJECT_SEARCH_EXAMPLES } from '../examples/authzen.ts';
import { type Answer, json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { actionsAnswerSchema, subjectsAnswerSchema } from '../schemas/authzen.ts';
import { tenantScope } from '../tenancy.ts';
import { AUTHZEN, asRequestError } from './authzen-common.ts';

/** The most candidates that one request has tried. Each is a dry run with its events. */
const MAX_TRIED = 50;

/** A question is asked again for each candidate, texts and all, so it must be small. In UTF-16 units of its JSON. */
const MAX_QUESTION_LENGTH = 16_384;

const BOUNDS = `Each candidate is tried as a dry run, which spends nothing and is recorded as one; at most ${MAX_TRIED} for each request, the rest on the next page.`;
const PROBLEMS = ['invalid_plan', 'invalid_cursor', 'trace_conflict', 'audit_unavailable'] as const;

export function subjectSearch(gateway: Gateway): Operation {
  return operation({
    ...AUTHZEN,
    route: 'POST /access/v1/search/subject',
    operationId: 'searchSubjects',
    summary: 'Which agents may do this? (AuthZEN)',
    description: `Active agents of the caller’s tenant that have the tool and would be allowed to call it now. ${BOUNDS}`,
    body: { check: subjectSearchSchema, examples: SUBJECT_SEARCH_EXAMPLES },
    answers: { 200: { description: 'Those that would be allowed.', schema: subjectsAnswerSchema } },
    problems: PROBLEMS,
    handle: ({ body, caller }) => {
      const { tenant_id } = tenantScope(caller, body.subject.properties?.tenant_id);
      const { bundle } = gateway.bundles.active;
      const known = { caller, agents: gateway.agents.all(tenant_id), bundle };
      return search(gateway, body, { caller, candidates: subjectCandidates(body, known) });
    },
  });
}

export function actionSearch(gateway: Gateway): Operation {
  return operation({
    ...AUTHZEN,
    route: 'POST /access/v1/search/action',
    operationId: 'searchActions',
    summary: 'What may this agent do? (AuthZEN)',
    description: `Tools that the agent has and would be allowed to call now with \`context.arguments\`. ${BOUNDS}`,
    body: { check: actionSearchSchema, examples: ACTION_SEARCH_EXAMPLES },
    answers: { 200: { description: 'Those that would be allowed.', schema: actionsAnswerSchema } },
    problems: PROBLEMS,
    handle: ({ body, caller }) => {
      const agent = agentOf(gateway, body, caller);
      const { bundle } = gateway.bundles.active;
      const candidates = agent === undefined ? [] : actionCandidates(body, { caller, agent, bundle });
      return search(gateway, body, { caller, candidates });
    },
  });
}

/** The agent asked about, where the caller can see it. One that nobody knows may do nothing. */
function agentOf(gateway: Gateway, { subject }: ActionSearch, caller: Caller): AgentRecord | undefined {
  const scope = tenantScope(caller, subject.properties?.tenant_id);
  const found = gateway.agents.find({ ...scope, agent_id: subject.id });
  return found.status === 'found' ? found.agent : undefined;
}

/** Tries candidates in their order until the page is full, or as many are tried as one request may have. */
async function search(
  gateway: Gateway,
  body: SubjectSearch | ActionSearch,
  { caller, candidates }: { caller: Caller; candidates: readonly Candidate[] },
): Promise<Answer> {
  assertSmall(body);
  const question = questionOf(body);
  let last = startOf(body.page?.token, question);
  let rest = candidates.filter(({ key }) => key > last);
  const results: JsonObject[] = [];
  const limit = body.page?.limit ?? MAX_TRIED;
  let room = MAX_TRIED;
  while (rest.length > 0 && room > 0 && results.length < limit) {
    const round = rest.slice(0, Math.min(room, limit - results.length));
    results.push(...(await permitted(gateway, round, caller)));
    rest = rest.slice(round.length);
    room -= round.length;
    last = round.at(-1)?.key ?? last;
  }
  const next_token = rest.length > 0 ? pageToken(question, last) : '';
  return json({ page: { next_token, count: results.length }, results });
}

function assertSmall(body: object): void {
  if (JSON.stringify(body).length <= MAX_QUESTION_LENGTH) return;
  throw new HttpError(
    'invalid_request',
    'A search is at most 16 KiB, because it is asked for each candidate; send the hashes of texts instead.',
  );
}

function startOf(token: string | undefined, question: string): string {
  if (token === undefined || token === '') return '';
  const key = keyInToken(token, question);
  if (key !== undefined) return key;
  throw new HttpError('invalid_cursor', 'The page token is not one that this search gave out.', {
    errors: [{ pointer: '/page/token', message: 'is of no page of this search' }],
  });
}

/** Those of a round that would be allowed. Dry runs take nothing from each other, so they share their writes. */
async function permitted(
  gateway: Gateway,
  round: readonly Candidate[],
  caller: Caller,
): Promise<JsonObject[]> {
  try {
    const tried = await Promise.all(
      round.map(async ({ request, result }) => {
        const answer = await gateway.evaluate(submissionOf(request), caller, { mode: 'dry_run' });
        if (answer.decision !== 'allow') return [];
        const obligations = clientObligations(answer);
        return [{ ...result, ...(obligations !== undefined && { obligations }) } as JsonObject];
      }),
    );
    return tried.flat();
  } catch (error) {
    throw asRequestError(error);
  }
}
