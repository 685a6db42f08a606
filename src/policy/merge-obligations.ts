import { canonicalJson } from '../json/canonical.ts';
import { isAtOrBelow } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { Obligation } from './bundle.ts';

/** Two places that obligations cannot both have their way with, sorted; the same twice where both name one place. */
export type ObligationConflict = readonly [string, string];

export type MergedObligations =
  | { obligations: Obligation[]; conflict?: never }
  | { obligations?: never; conflict: ObligationConflict };

/**
 * Everything that several rules ask for, as one list in the order in which it is met: `set`, `cap`, `redact`, and what
 * concerns the decision as a whole. Whatever the order given, the result is the same, and merging it with any part of
 * itself changes nothing.
 *
 * Redactions and channels add up; the smallest cap, time and number of uses hold; a cap on something that is redacted
 * anyway is left out. Values that are set where another is set, or where something is redacted, are a conflict.
 */
export function mergeObligations(given: readonly Obligation[]): MergedObligations {
  if (given.length === 0) return { obligations: [] };
  const parts = sorted(given);
  const conflict = parts.conflict ?? setConflict([...parts.sets.keys()], [...parts.redacted]);
  if (conflict !== undefined) return { conflict };
  const { sets, caps, redacted, channels, seconds, uses } = parts;
  const isRedacted = (path: string) => [...redacted].some((above) => isAtOrBelow(path, above));
  const obligations: Obligation[] = [];
  for (const [path, value] of inOrder(sets)) obligations.push({ type: 'set_argument', path, value });
  for (const [path, max] of inOrder(caps)) {
    if (!isRedacted(path)) obligations.push({ type: 'cap_argument', path, max });
  }
  for (const path of [...redacted].sort()) obligations.push({ type: 'redact_argument', path });
  if (channels.size > 0) obligations.push({ type: 'notify', channels: [...channels].sort() });
  if (seconds !== undefined) obligations.push({ type: 'permit_ttl', seconds });
  if (uses !== undefined) obligations.push({ type: 'permit_max_uses', uses });
  return { obligations };
}

/** Of everything that is asked for, who is to be told: all that is left of it where nothing runs. */
export function notificationsAmong(given: readonly Obligation[]): Obligation[] {
  if (given.length === 0) return [];
  return mergeObligations(given.filter(({ type }) => type === 'notify')).obligations ?? [];
}

type Sorted = {
  sets: Map<string, JsonValue>;
  caps: Map<string, number>;
  redacted: Set<string>;
  channels: Set<string>;
  seconds: number | undefined;
  uses: number | undefined;
  conflict: ObligationConflict | undefined;
};

function sorted(given: readonly Obligation[]): Sorted {
  const parts: Sorted = {
    ...{ sets: new Map(), caps: new Map(), redacted: new Set<string>(), channels: new Set<string>() },
    ...{ seconds: undefined, uses: undefined, conflict: undefined },
  };
  for (const obligation of given) take(obligation, parts);
  return parts;
}

function take(obligation: Obligation, parts: Sorted): void {
  switch (obligation.type) {
    case 'set_argument':
      takeSet(obligation, parts);
      return;
    case 'cap_argument':
      parts.caps.set(obligation.path, least(obligation.max, parts.caps.get(obligation.path)));
      return;
    case 'redact_argument':
      parts.redacted.add(obligation.path);
      return;
    case 'notify':
      for (const channel of obligation.channels) parts.channels.add(channel);
      return;
    case 'permit_ttl':
      parts.seconds = least(obligation.seconds, parts.seconds);
      return;
    case 'permit_max_uses':
      parts.uses = least(obligation.uses, parts.uses);
  }
}

function takeSet({ path, value }: Extract<Obligation, { type: 'set_argument' }>, parts: Sorted): void {
  const before = parts.sets.get(path);
  const isOther = before !== undefined && canonicalJson(before) !== canonicalJson(value);
  if (isOther && (parts.conflict === undefined || path < parts.conflict[0])) parts.conflict = [path, path];
  parts.sets.set(path, value);
}

/** The first of the places, by name, where one has to hold a value that another changes. */
function setConflict(sets: readonly string[], redacted: readonly string[]): ObligationConflict | undefined {
  const found: [string, string][] = [];
  for (const path of sets) {
    for (const other of [...sets.filter((set) => set !== path), ...redacted]) {
      if (isAtOrBelow(path, other) || isAtOrBelow(other, path))
        found.push(path < other ? [path, other] : [other, path]);
    }
  }
  return found.sort(([a, b], [c, d]) => (`${a}\n${b}` < `${c}\n${d}` ? -1 : 1))[0];
}

function inOrder<T>(places: ReadonlyMap<string, T>): [string, T][] {
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1));
}

function least(one: number, other: number | undefined): number {
  return other === undefined ? one : Math.min(one, other);
}
