import { valueAt } from '../json/pointer.ts';
import { didYouMean } from '../policy/suggestion.ts';
import type { PolicySet } from './policy-set.ts';

/** A name in the plan of a test that nothing in the set has; the pointer is one into the test. */
export type UnknownName = { pointer: string; words: string; hint?: string };

/** Names beyond this are not searched for the one that was meant: each search is a walk through all of them. */
const MAX_SUGGESTED_FROM = 1_000;

type Asked = { path: readonly string[]; known: ReadonlySet<string>; absence: string };

/** Finds the first name of a plan, in either form, that the set does not have: of its agent, its tenant or a tool. */
export function nameCheck({ agents, bundle }: PolicySet): (plan: unknown) => UnknownName | undefined {
  const ids = new Set(agents.map(({ agent_id }) => agent_id));
  const names = new Set(agents.map(({ agent_id, agent_name }) => agent_name ?? agent_id));
  const tenants = new Set(agents.map(({ tenant_id }) => tenant_id));
  const tools = new Set(
    bundle.capabilities.flatMap((capability) => capability.tools.map(({ name }) => name)),
  );
  const noTool = 'no capability grants a tool';
  return (plan) => {
    const steps = valueAt(plan, ['steps']);
    const asked: Asked[] = [
      { path: ['agent', 'agent_id'], known: ids, absence: 'agents.yaml has no agent' },
      { path: ['agent', 'agent_name'], known: names, absence: 'agents.yaml has no agent with the name' },
      { path: ['agent_name'], known: names, absence: 'agents.yaml has no agent with the name' },
      { path: ['agent', 'tenant_id'], known: tenants, absence: 'agents.yaml has no agent of the tenant' },
      { path: ['tool_name'], known: tools, absence: noTool },
      ...(Array.isArray(steps) ? steps : []).map((_, index) => ({
        path: ['steps', String(index), 'tool_name'],
        known: tools,
        absence: noTool,
      })),
    ];
    const unknown = asked.find(({ path, known }) => {
      const name = valueAt(plan, path);
      return typeof name === 'string' && !known.has(name);
    });
    return unknown && described(plan, unknown);
  };
}

function described(plan: unknown, { path, known, absence }: Asked): UnknownName {
  const name = valueAt(plan, path) as string;
  const meant = known.size <= MAX_SUGGESTED_FROM ? didYouMean(name, [...known]) : undefined;
  return {
    pointer: `/plan/${path.join('/')}`,
    words: `${absence} ${name}`,
    ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
  };
}
