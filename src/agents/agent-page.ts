import { AgentError } from './agent-error.ts';
import type { AgentRecord } from './agent-record.ts';

/** One page of `agents`, by tenant and id in code-point order, after the agent that `cursor` names. */
export function pageOfAgents(
  agents: readonly AgentRecord[],
  limit: number,
  cursor: string | undefined,
): { items: AgentRecord[]; next_cursor?: string } {
  const sorted = agents.toSorted(compareAgents);
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const rest = after === undefined ? sorted : sorted.filter((agent) => compareAgents(agent, after) > 0);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && rest.length > limit ? { items, next_cursor: encodeCursor(last) } : { items };
}

type AgentKey = Pick<AgentRecord, 'tenant_id' | 'agent_id'>;

function compareAgents(a: AgentKey, b: AgentKey): number {
  return compareText(a.tenant_id, b.tenant_id) || compareText(a.agent_id, b.agent_id);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function encodeCursor({ tenant_id, agent_id }: AgentKey): string {
  return Buffer.from(JSON.stringify([tenant_id, agent_id])).toString('base64url');
}

function decodeCursor(cursor: string): AgentKey {
  try {
    const [tenant_id, agent_id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof tenant_id === 'string' && typeof agent_id === 'string' && rest.length === 0) {
      return { tenant_id, agent_id };
    }
  } catch {
    // Falls through to the one answer for every text that is no cursor.
  }
  throw new AgentError('invalid_cursor', 'the cursor is not one this list gave out');
}
