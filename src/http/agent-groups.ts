import type { Gateway } from '../gateway/gateway.ts';
import { layersOf } from '../policy/content.ts';
import type { Layer } from '../policy/layer.ts';
import type { Caller } from '../tokens/caller.ts';
import { HttpError } from './problem.ts';

type Groups = { before: readonly string[]; after: readonly string[] };

/**
 * Throws `access_denied` where the caller may not change an agent's groups like this. A group decides which layers of rules
 * an agent has, and such a layer may relax what holds for everyone. So somebody of one tenant gives, and takes away, groups of
 * that tenant's own layers, and no others: not those of all tenants, nor those that a layer may name tomorrow.
 */
export function assertMayGroup(gateway: Gateway, caller: Caller, { before, after }: Groups): void {
  if (caller.tenant_id === '*') return;
  const given = after.filter((group) => !before.includes(group));
  const taken = before.filter((group) => !after.includes(group));
  const changed = [...given, ...taken];
  if (changed.length === 0) return;
  const { rules = [] } = gateway.bundles.active.bundle.content as { rules?: { layer?: Layer }[] };
  const layers = layersOf(rules);
  for (const group of changed) {
    const owners = layers.flatMap((layer) =>
      layer.kind === 'agent_group' && layer.group === group ? [layer.tenant_id] : [],
    );
    if (owners.includes(undefined)) throw refusal(group, 'it belongs to a layer for all tenants');
    if (!owners.includes(caller.tenant_id))
      throw refusal(group, `no layer of tenant ${caller.tenant_id} has it`);
  }
}

function refusal(group: string, why: string): HttpError {
  return new HttpError(
    'access_denied',
    `Group ${group} cannot be given or taken away with this token: ${why}. Ask an operator of all tenants, or put the agent into agents.yaml.`,
  );
}
