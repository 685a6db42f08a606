import { z } from 'zod';
import { isGlob } from './glob.ts';

export const LAYER_KINDS = ['tenant', 'agent_group', 'agent'] as const;

/** Whose rules they are, below those for everyone: of a tenant, of a group of agents, of one agent. */
export type Layer =
  | { kind: 'tenant'; tenant_id: string }
  | { group: string; kind: 'agent_group'; tenant_id?: string }
  | { agent_id: string; kind: 'agent'; tenant_id: string };

const exactName = z
  .string()
  .min(1)
  .max(256)
  .refine((name) => !isGlob(name), 'one name: a layer belongs to somebody, so no wildcards here');

/** The members that say who somebody is; which of them a layer has is a matter of its kind. */
export const scopeShape = {
  tenant_id: exactName.optional(),
  group: exactName.optional(),
  agent_id: exactName.optional(),
};
type Scope = { tenant_id?: string | undefined; group?: string | undefined; agent_id?: string | undefined };
type Kind = (typeof LAYER_KINDS)[number];

const NEEDED: Record<Kind, readonly (keyof Scope)[]> = {
  tenant: ['tenant_id'],
  agent_group: ['group'],
  agent: ['tenant_id', 'agent_id'],
};
const POSSIBLE: Record<Kind, readonly (keyof Scope)[]> = {
  ...NEEDED,
  agent_group: ['group', 'tenant_id'],
};

/** The members that say whose a layer of this kind is: those it needs, and all it can have. */
export function scopeOf(kind: Kind): { needed: readonly string[]; possible: readonly string[] } {
  return { needed: NEEDED[kind], possible: POSSIBLE[kind] };
}

/** What is missing in a layer of this kind, or has no place in it, by member. */
export function scopeFaults(kind: Kind, scope: Scope): { path: string[]; message: string }[] {
  const missing = NEEDED[kind].filter((member) => scope[member] === undefined);
  const given = (Object.keys(scopeShape) as (keyof Scope)[]).filter((member) => scope[member] !== undefined);
  const foreign = given.filter((member) => !POSSIBLE[kind].includes(member));
  const words = kind.replace('_', ' ');
  return [
    ...missing.map((member) => ({ path: [member], message: `a layer of kind ${words} needs \`${member}\`` })),
    ...foreign.map((member) => ({
      path: [member],
      message: `a layer of kind ${words} has no \`${member}\``,
    })),
  ];
}

/** A layer in its one form; `scope` MUST be without faults for the kind. */
export function toLayer(kind: Kind, { tenant_id = '', group = '', agent_id = '' }: Scope): Layer {
  if (kind === 'tenant') return { kind, tenant_id };
  if (kind === 'agent') return { agent_id, kind, tenant_id };
  return tenant_id === '' ? { group, kind } : { group, kind, tenant_id };
}

/** The layer of a rule where rules of several stand in one file: in the content of a bundle. */
export const layerSchema = z
  .strictObject({ kind: z.enum(LAYER_KINDS), ...scopeShape })
  .transform(({ kind, ...scope }, context) => {
    const faults = scopeFaults(kind, scope);
    for (const { path, message } of faults) context.addIssue({ code: 'custom', path, message });
    return faults.length === 0 ? toLayer(kind, scope) : z.NEVER;
  });

const RANK: Record<Kind, number> = { tenant: 1, agent_group: 2, agent: 3 };

/**
 * Whether `other` is the layer itself or one above it that may concern the same agents; absent is the layer for
 * everyone. Layers of other tenants, other groups and other agents are beside it, not above.
 */
export function isAtOrAbove(other: Layer | undefined, layer: Layer | undefined): boolean {
  if (other === undefined) return true;
  if (layer === undefined || RANK[other.kind] > RANK[layer.kind]) return false;
  if (other.kind === layer.kind) return isSame(other, layer);
  return other.tenant_id === undefined || other.tenant_id === layer.tenant_id;
}

/**
 * The layers that every agent of a layer is in, itself first and the one for everyone last. A layer of a group of one tenant
 * is within the group and within the tenant; that an agent is in a group is not known of any.
 */
export function layersAround(layer: Layer | undefined): (Layer | undefined)[] {
  if (layer === undefined) return [undefined];
  const { tenant_id } = layer;
  const tenant: Layer[] = tenant_id === undefined ? [] : [{ kind: 'tenant', tenant_id }];
  if (layer.kind === 'tenant') return [layer, undefined];
  if (layer.kind === 'agent') return [layer, ...tenant, undefined];
  const everywhere: Layer[] = tenant_id === undefined ? [] : [{ group: layer.group, kind: 'agent_group' }];
  return [layer, ...everywhere, ...tenant, undefined];
}

/** Whether every agent of the layer is in the other one. */
export function isWithinLayer(layer: Layer | undefined, other: Layer | undefined): boolean {
  return layersAround(layer).some((one) => one === other || (one && other && isSame(one, other)));
}

/** A text by which a layer is the same as another; empty of the one for everyone. */
export function layerKey(layer: Layer | undefined): string {
  if (layer === undefined) return '';
  const { kind, tenant_id = '', group = '', agent_id = '' } = layer as Scope & { kind: Kind };
  return JSON.stringify([kind, tenant_id, group, agent_id]);
}

function isSame(one: Layer, other: Layer): boolean {
  return (
    one.tenant_id === other.tenant_id &&
    (one as Scope).group === (other as Scope).group &&
    (one as Scope).agent_id === (other as Scope).agent_id
  );
}

/** Whether rules of a layer are asked for an agent; those for everyone always are. */
export function isWithin(
  { tenant_id, agent_id, groups = [] }: { tenant_id?: string; agent_id?: string; groups?: readonly string[] },
  layer: Layer | undefined,
): boolean {
  if (layer === undefined) return true;
  if (layer.tenant_id !== undefined && layer.tenant_id !== tenant_id) return false;
  if (layer.kind === 'agent_group') return groups.includes(layer.group);
  return layer.kind === 'tenant' || layer.agent_id === agent_id;
}

/** A layer in words: `tenant acme-corp`, `group finance of tenant acme-corp`, `agent a-1 of tenant acme-corp`. */
export function layerWords(layer: Layer): string {
  if (layer.kind === 'tenant') return `tenant ${layer.tenant_id}`;
  const name = layer.kind === 'agent' ? `agent ${layer.agent_id}` : `group ${layer.group}`;
  return layer.tenant_id === undefined ? name : `${name} of tenant ${layer.tenant_id}`;
}
