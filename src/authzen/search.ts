import type { AgentRecord } from '../agents/agent-record.ts';
import { canonicalHash } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import { withoutUndefined } from '../json/without-undefined.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { Caller } from '../tokens/caller.ts';
import {
  type ActionSearch,
  DECIDING_MEMBERS,
  type EvaluationRequest,
  type SubjectSearch,
} from './request.ts';
import { ANY_AGENT } from './submission.ts';

/** Something that a search may find: its place in the order, what asks for it, and how it is shown. */
export type Candidate = { key: string; request: EvaluationRequest; result: JsonObject };

/** The active agents that have the tool at all. A token of one agent finds that agent alone. */
export function subjectCandidates(
  { subject, action, resource, context: given = {} }: SubjectSearch,
  { caller, agents, bundle }: { caller: Caller; agents: readonly AgentRecord[]; bundle: Bundle },
): Candidate[] {
  const context = withoutDeciding(given);
  const able = agents.filter(
    (agent) =>
      isWithinReach(agent, subject.type, caller) &&
      bundle.grantOf(action.name, agent.capabilities) !== undefined,
  );
  return inOrder(
    able.map(({ agent_id, tenant_id }) => {
      const properties = { ...subject.properties, tenant_id };
      const request = {
        subject: { type: subject.type, id: agent_id, properties },
        action,
        resource,
        context,
      };
      const named = caller.tenant_id === '*' ? { properties: { tenant_id } } : {};
      return {
        key: JSON.stringify([tenant_id, agent_id]),
        request,
        result: { type: subject.type, id: agent_id, ...named },
      };
    }),
  );
}

/** The tools that the agent has at all. */
export function actionCandidates(
  { subject, resource, context }: ActionSearch,
  { caller, agent, bundle }: { caller: Caller; agent: AgentRecord; bundle: Bundle },
): Candidate[] {
  if (!isWithinReach(agent, subject.type, caller)) return [];
  const { arguments: properties = {}, ...accompanying } = context ?? {};
  const tools = bundle.capabilities
    .filter(({ capability }) => agent.capabilities.includes(capability))
    .flatMap((capability) => capability.tools.map(({ name }) => name));
  return inOrder(
    [...new Set(tools)].map((name) => ({
      key: name,
      request: { subject, action: { name, properties }, resource, context: withoutDeciding(accompanying) },
      result: { name },
    })),
  );
}

/** An approval or a permit belongs to a decision, and a search makes none. */
function withoutDeciding<Context extends object>(context: Context): Context {
  const kept = Object.entries(context).filter(([name]) => !DECIDING_MEMBERS.has(name));
  return Object.fromEntries(kept) as Context;
}

function isWithinReach(
  { agent_id, agent_type, status }: AgentRecord,
  subjectType: string,
  caller: Caller,
): boolean {
  if (status !== 'active') return false;
  if (caller.agent_id !== undefined && caller.agent_id !== agent_id) return false;
  return subjectType === ANY_AGENT || subjectType === agent_type;
}

function inOrder(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** What a page token belongs to: the same question, whatever part of its answer is asked for. */
export function questionOf({ page: _, ...entities }: SubjectSearch | ActionSearch): string {
  return canonicalHash(withoutUndefined(entities) as JsonObject);
}

/** A token for the page behind `key`. It holds no right: candidates are found for its caller each time. */
export function pageToken(question: string, key: string): string {
  return Buffer.from(JSON.stringify([question, key])).toString('base64url');
}

/** The key that a token goes on behind; `undefined` where it is no token of this question. */
export function keyInToken(token: string, question: string): string | undefined {
  try {
    const [of, key, ...rest] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return of === question && typeof key === 'string' && rest.length === 0 ? key : undefined;
  } catch {
    return undefined;
  }
}
