import type { AgentRecord } from '../agents/agent-record.ts';
import type { Budget } from '../budgets/budget.ts';
import { canonicalJson } from '../json/canonical.ts';
import { distrust, SOURCE_TYPES, type TrustLevel } from '../plan/trust-level.ts';
import type { TrustFile } from '../trust/trust-file.ts';
import { keysOf } from '../trust/trust-source.ts';
import type { PolicyParts } from './load-policy-set.ts';

/** One thing that `agents.yaml`, `budgets.yaml`, `trust.yaml` or `guard.yaml` says differently. */
export type FileChange = {
  file: 'agents.yaml' | 'budgets.yaml' | 'trust.yaml' | 'guard.yaml';
  /** Where it stands in the newer file; in the older one where it is gone. */
  pointer: string;
  what: string;
  /** What it may do to decisions: neither, one of them, or both. */
  may: ('loosened' | 'tightened')[];
  /** Whose plans may show it. */
  agent?: { tenant_id: string; agent_id: string };
  budget_id?: string;
  source?: { source_type: (typeof SOURCE_TYPES)[number]; source_name?: string };
};

export type FileParts = Pick<PolicyParts, 'agents' | 'budgets' | 'trust' | 'guard'>;

const LOOSER = ['loosened'] as FileChange['may'];
const TIGHTER = ['tightened'] as FileChange['may'];
const EITHER = ['loosened', 'tightened'] as FileChange['may'];

/** Everything that the files beside the rules say differently, each with what it may do. */
export function fileChanges(before: FileParts, after: FileParts): FileChange[] {
  return [
    ...agentChanges(before.agents, after.agents),
    ...budgetChanges(before.budgets, after.budgets),
    ...defaultChanges(before.trust, after.trust),
    ...sourceChanges(before.trust.sources, after.trust.sources),
    ...guardChanges(before.guard, after.guard),
  ];
}

type Placed<T> = { value: T; index: number };

function byKey<T>(values: readonly T[], keyOf: (value: T) => unknown): Map<string, Placed<T>> {
  const placed = new Map<string, Placed<T>>();
  for (const [index, value] of values.entries()) {
    const key = canonicalJson(keyOf(value));
    // A second of the same name counts as another one.
    placed.set(placed.has(key) ? `${key} ${index}` : key, { value, index });
  }
  return placed;
}

/** What stands in one list and in the other, by key. */
function pairs<T>(before: Map<string, Placed<T>>, after: Map<string, Placed<T>>) {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.map((key) => ({ old: before.get(key), now: after.get(key) }));
}

function agentChanges(before: readonly AgentRecord[], after: readonly AgentRecord[]): FileChange[] {
  const keyOf = ({ tenant_id, agent_id }: AgentRecord) => [tenant_id, agent_id];
  return pairs(byKey(before, keyOf), byKey(after, keyOf)).flatMap(({ old, now }): FileChange[] => {
    const { value, index } = (now ?? old) as Placed<AgentRecord>;
    const { tenant_id, agent_id } = value;
    const place = (member: string) => ({
      ...{ file: 'agents.yaml' as const, pointer: `/agents/${index}${member}` },
      agent: { tenant_id, agent_id },
    });
    const name = `agent ${agent_id} of tenant ${tenant_id}`;
    if (old === undefined)
      return [{ ...place(''), what: `${name} is new`, may: isAble(value) ? LOOSER : [] }];
    // Where two have one name, the one that is left can be found by it.
    if (now === undefined)
      return [{ ...place(''), what: `${name} is gone`, may: isNamed(value, after) ? EITHER : TIGHTER }];
    const budget_id = differing(old.value.budgets, now.value.budgets)[0];
    return agentMembers(old.value, now.value).map(({ member, what, may }) => ({
      ...{ ...place(`/${member}`), what: `${name}: ${what}`, may },
      ...(member === 'budgets' && budget_id !== undefined && { budget_id }),
    }));
  });
}

function isAble({ status, capabilities }: AgentRecord): boolean {
  return status === 'active' && capabilities.length > 0;
}

function isNamed({ agent_name }: AgentRecord, agents: readonly AgentRecord[]): boolean {
  return agent_name !== undefined && agents.some((other) => other.agent_name === agent_name);
}

function differing(one: readonly string[], other: readonly string[]): string[] {
  return [...one.filter((id) => !other.includes(id)), ...other.filter((id) => !one.includes(id))];
}

type MemberChange = { member: string; what: string; may: FileChange['may'] };

function agentMembers(old: AgentRecord, now: AgentRecord): MemberChange[] {
  const status =
    old.status === now.status
      ? []
      : [{ member: 'status', what: `${old.status} → ${now.status}`, may: statusMay(old, now) }];
  return [
    ...status,
    ...listChange('capabilities', old.capabilities, now.capabilities, {
      more: isBeforeKept(old.capabilities, now.capabilities) ? EITHER : LOOSER,
      less: EITHER,
    }),
    ...listChange('groups', old.groups, now.groups, { more: EITHER, less: EITHER }),
    ...listChange('budgets', old.budgets, now.budgets, { more: TIGHTER, less: LOOSER }),
    ...(['policy_bundle', 'agent_name', 'agent_type'] as const).flatMap((member) =>
      old[member] === now[member]
        ? []
        : [{ member, what: `${member} ${old[member] ?? 'none'} → ${now[member] ?? 'none'}`, may: EITHER }],
    ),
    ...(old.description === now.description ? [] : [{ member: 'description', what: 'description', may: [] }]),
  ];
}

function statusMay(old: AgentRecord, now: AgentRecord): FileChange['may'] {
  if (now.status === 'active') return LOOSER;
  return old.status === 'active' ? TIGHTER : [];
}

/** Of one capability less another may count that grants the same tool on other terms: the first that has it does. */
function listChange(
  member: string,
  old: readonly string[],
  now: readonly string[],
  { more, less }: { more: FileChange['may']; less: FileChange['may'] },
): MemberChange[] {
  if (canonicalJson(old) === canonicalJson(now)) return [];
  const added = now.filter((one) => !old.includes(one)).map((one) => `+${one}`);
  const removed = old.filter((one) => !now.includes(one)).map((one) => `-${one}`);
  const isOrder = added.length + removed.length === 0;
  const may = isOrder ? EITHER : [...(added.length > 0 ? more : []), ...(removed.length > 0 ? less : [])];
  return [
    {
      member,
      what: `${member} ${isOrder ? 'in another order' : [...added, ...removed].join(' ')}`,
      may: unique(may),
    },
  ];
}

/** Whether something new stands before something that was there: of two that grant a tool, the first counts. */
function isBeforeKept(old: readonly string[], now: readonly string[]): boolean {
  const first = now.findIndex((one) => !old.includes(one));
  return first >= 0 && now.slice(first).some((one) => old.includes(one));
}

function unique(may: readonly ('loosened' | 'tightened')[]): FileChange['may'] {
  return EITHER.filter((one) => may.includes(one));
}

function budgetChanges(before: readonly Budget[], after: readonly Budget[]): FileChange[] {
  return pairs(
    byKey(before, ({ id }) => id),
    byKey(after, ({ id }) => id),
  ).flatMap(({ old, now }): FileChange[] => {
    const { value, index } = (now ?? old) as Placed<Budget>;
    const place = (member: string) => ({
      ...{ file: 'budgets.yaml' as const, pointer: `/budgets/${index}${member}`, budget_id: value.id },
    });
    const name = `budget ${value.id}`;
    if (old === undefined) return [{ ...place(''), what: `${name} is new`, may: TIGHTER }];
    if (now === undefined) return [{ ...place(''), what: `${name} is gone`, may: LOOSER }];
    const members = ['limit', 'on_exceed', 'metric', 'window', 'per', 'description'] as const;
    return members.flatMap((member) => {
      const [was, is] = [old.value[member], now.value[member]];
      if (was === is) return [];
      const may = budgetMay(member, old.value, now.value);
      return [{ ...place(`/${member}`), what: `${name}: ${member} ${was ?? 'none'} → ${is ?? 'none'}`, may }];
    });
  });
}

function budgetMay(member: string, old: Budget, now: Budget): FileChange['may'] {
  if (member === 'description') return [];
  if (member === 'limit') return now.limit > old.limit ? LOOSER : TIGHTER;
  if (member === 'on_exceed') return now.on_exceed === 'block' ? TIGHTER : LOOSER;
  return EITHER;
}

function defaultChanges({ defaults: old }: TrustFile, { defaults: now }: TrustFile): FileChange[] {
  return SOURCE_TYPES.flatMap((source_type): FileChange[] => {
    const [was, is] = [old[source_type], now[source_type]];
    if (was === is) return [];
    const what = `${source_type} is worth ${is} at most, not ${was}`;
    const place = { file: 'trust.yaml' as const, pointer: `/defaults/${source_type}` };
    return [{ ...place, what, may: trustMay(was, is), source: { source_type } }];
  });
}

function trustMay(was: TrustLevel, is: TrustLevel): FileChange['may'] {
  if (was === is) return [];
  return distrust(is) < distrust(was) ? LOOSER : TIGHTER;
}

type Source = TrustFile['sources'][number];

function sourceChanges(before: readonly Source[], after: readonly Source[]): FileChange[] {
  const keyOf = ({ source_type, source_name, tenant_id }: Source) => [
    source_type,
    source_name,
    tenant_id ?? null,
  ];
  return pairs(byKey(before, keyOf), byKey(after, keyOf)).flatMap(({ old, now }): FileChange[] => {
    const { value, index } = (now ?? old) as Placed<Source>;
    const { source_type, source_name, tenant_id } = value;
    const of = tenant_id === undefined ? '' : ` of tenant ${tenant_id}`;
    const place = (member: string) => ({
      ...{ file: 'trust.yaml' as const, pointer: `/sources/${index}${member}` },
      source: { source_type, source_name },
    });
    const name = `${source_type} ${source_name}${of}`;
    if (old === undefined)
      return [
        { ...place(''), what: `${name} is ${value.trust_level}, and was not known`, may: knownMay(value) },
      ];
    if (now === undefined)
      return [
        {
          ...place(''),
          what: `${name} is no longer known`,
          may: knownMay(value).length > 1 ? EITHER : LOOSER,
        },
      ];
    return sourceMembers(old.value, now.value).map(({ member, what, may }) => ({
      ...{ ...place(`/${member}`), what: `${name}: ${what}`, may },
    }));
  });
}

function sourceMembers(old: Source, now: Source): MemberChange[] {
  const [before, after] = [levelOf(old), levelOf(now)];
  const level = `${old.trust_level} ${old.status} → ${now.trust_level} ${now.status}`;
  const isSame = old.trust_level === now.trust_level && old.status === now.status;
  const may = keysMay(old, now);
  return [
    ...(isSame ? [] : [{ member: 'trust_level', what: level, may: trustMay(before, after) }]),
    ...(may === undefined ? [] : [{ member: 'public_keys', what: 'the keys are others', may }]),
  ];
}

function levelOf({ trust_level, status }: Source): TrustLevel {
  return status === 'revoked' ? 'unverified' : trust_level;
}

/** One that is worth nothing only limits others of its name. Any other is believed, by its name or by what its keys signed. */
function knownMay(source: Source): FileChange['may'] {
  return levelOf(source) === 'unverified' ? TIGHTER : EITHER;
}

/** A key more lets more be believed, a key less does not; without any, a name is all it takes. */
function keysMay(old: Source, now: Source): FileChange['may'] | undefined {
  const idsOf = (source: Source, wanted: (status: string) => boolean) =>
    new Set(keysOf(source).flatMap(({ key_id, status }) => (wanted(status) ? [key_id] : [])));
  const [allBefore, allNow] = [idsOf(old, () => true), idsOf(now, () => true)];
  if ((allBefore.size === 0) !== (allNow.size === 0)) return allNow.size === 0 ? LOOSER : EITHER;
  const isActive = (status: string) => status === 'active';
  const [before, after] = [idsOf(old, isActive), idsOf(now, isActive)];
  const may = [...(isWithin(after, before) ? [] : LOOSER), ...(isWithin(before, after) ? [] : TIGHTER)];
  return may.length > 0 ? may : undefined;
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((id) => all.has(id));
}

/** Which texts the guard stops is not compared: any change of it may go either way. */
function guardChanges(before: FileParts['guard'], after: FileParts['guard']): FileChange[] {
  const members = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof FileParts['guard'])[]);
  return [...members]
    .filter((member) => canonicalJson(before[member]) !== canonicalJson(after[member]))
    .map((member) => ({
      ...{ file: 'guard.yaml' as const, pointer: `/${member}` },
      ...{ what: `${member} of the guard is another`, may: EITHER },
    }));
}
