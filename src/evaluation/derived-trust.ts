import type { SourceTrust } from '../decision/facts.ts';
import type { Source } from '../plan/plan.ts';
import { lowerTrust, type TrustLevel } from '../plan/trust-level.ts';

/** A source of a plan, and what has been said of it so far. */
export type RatedSource = {
  source: Pick<Source, 'source_name' | 'content_hash' | 'derived_from'>;
  fact: Pick<SourceTrust, 'trust_level' | 'basis' | 'reason'>;
};

/**
 * Lowers sources that were made from others: one is worth no more than the least of them, however long the chain. What
 * was made from a circle is `unverified`: nobody says where it began. They are named by name or content hash; what no
 * source of the plan is called is worth what is `known` of it, and `unverified` where nothing is. A content is also worth no
 * more than is `remembered` of it, whatever else has its hash: unless the registry vouches for that.
 *
 * Names fall from level to level and each hands on what it fell to, so the time is by the number of names.
 */
export function lowerDerived(
  rated: readonly RatedSource[],
  known: (name: string) => TrustLevel | undefined,
  remembered: (hash: string) => TrustLevel | undefined,
): void {
  if (rated.every(({ source }) => source.derived_from === undefined)) return;
  distrustCircles(rated);
  const { worth, unknown } = worthOfNames(rated, known);
  lowerRemembered(worth, rated, remembered);
  letFall(worth, byOrigin(rated), unknown);
}

/** Hands on what each name is worth to whatever was made from it, until nothing falls any more. */
function letFall(
  worth: Map<string, TrustLevel>,
  madeFrom: ReadonlyMap<string, readonly RatedSource[]>,
  unknown: ReadonlySet<string>,
): void {
  const fallen = [...madeFrom.keys()];
  for (let name = fallen.pop(); name !== undefined; name = fallen.pop()) {
    const level = worth.get(name) ?? 'unverified';
    for (const one of madeFrom.get(name) ?? []) {
      if (isNoHigher(one.fact.trust_level, level)) continue;
      Object.assign(one.fact, { trust_level: level, basis: 'derived' });
      if (unknown.has(name)) one.fact.reason = 'derived_from_unknown';
      fallen.push(...loweredNames(one, level, worth));
    }
  }
}

function loweredNames(one: RatedSource, level: TrustLevel, worth: Map<string, TrustLevel>): string[] {
  const lowered = namesOf(one).filter((own) => !isNoHigher(worth.get(own) ?? level, level));
  for (const own of lowered) worth.set(own, level);
  return lowered;
}

/** What each name is worth that a source has or is made from, the least of all that have it; and which nobody knows. */
function worthOfNames(
  rated: readonly RatedSource[],
  known: (name: string) => TrustLevel | undefined,
): { worth: Map<string, TrustLevel>; unknown: Set<string> } {
  const worth = new Map<string, TrustLevel>();
  const unknown = new Set<string>();
  for (const one of rated) {
    const { trust_level } = one.fact;
    for (const name of namesOf(one)) worth.set(name, lowerTrust(trust_level, worth.get(name) ?? trust_level));
  }
  const origins = new Set(rated.flatMap(({ source }) => source.derived_from ?? []));
  for (const name of origins) {
    if (worth.has(name)) continue;
    const level = known(name);
    if (level === undefined) unknown.add(name);
    worth.set(name, level ?? 'unverified');
  }
  return { worth, unknown };
}

function lowerRemembered(
  worth: Map<string, TrustLevel>,
  rated: readonly RatedSource[],
  remembered: (hash: string) => TrustLevel | undefined,
): void {
  const vouchedFor = new Set(
    rated.filter(({ fact }) => isVouchedFor(fact)).map(({ source }) => source.content_hash),
  );
  for (const [name, level] of worth) {
    const before = vouchedFor.has(name) ? undefined : remembered(name);
    if (before !== undefined) worth.set(name, lowerTrust(before, level));
  }
}

function isVouchedFor({ basis }: RatedSource['fact']): boolean {
  return basis === 'registry' || basis === 'signature';
}

/** What was made from something that was made from it is worth nothing, whatever each of them claims. */
function distrustCircles(rated: readonly RatedSource[]): void {
  const circular = namesIntoCircles(originsByName(rated));
  if (circular.size === 0) return;
  for (const one of rated) {
    const { fact, source } = one;
    const isOnIt = (names: readonly string[]) => names.some((name) => circular.has(name));
    if (!isOnIt(namesOf(one)) || !isOnIt(source.derived_from ?? [])) continue;
    Object.assign(fact, { trust_level: 'unverified', basis: 'derived', reason: 'derived_from_circle' });
  }
}

function originsByName(rated: readonly RatedSource[]): Map<string, Set<string>> {
  const origins = new Map<string, Set<string>>();
  for (const one of rated) {
    for (const name of namesOf(one)) {
      const known = origins.get(name) ?? new Set<string>();
      for (const origin of one.source.derived_from ?? []) known.add(origin);
      origins.set(name, known);
    }
  }
  return origins;
}

/** The names from which a circle is reached. Takes away what has no origin left, until nothing more can be taken. */
function namesIntoCircles(origins: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const left = new Map(
    [...origins].map(([name, own]) => [name, [...own].filter((one) => origins.has(one)).length]),
  );
  const madeFrom = Map.groupBy(
    [...origins].flatMap(([name, own]) => [...own].map((origin) => ({ name, origin }))),
    ({ origin }) => origin,
  );
  const settled = [...left].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = settled.pop(); name !== undefined; name = settled.pop()) {
    left.delete(name);
    for (const { name: made } of madeFrom.get(name) ?? []) {
      const count = (left.get(made) ?? 0) - 1;
      left.set(made, count);
      if (count === 0) settled.push(made);
    }
  }
  return new Set(left.keys());
}

/** By name: the sources that were made from it. */
function byOrigin(rated: readonly RatedSource[]): Map<string, RatedSource[]> {
  const madeFrom = new Map<string, RatedSource[]>();
  for (const one of rated) {
    for (const name of new Set(one.source.derived_from)) {
      const others = madeFrom.get(name);
      if (others === undefined) madeFrom.set(name, [one]);
      else others.push(one);
    }
  }
  return madeFrom;
}

function isNoHigher(level: TrustLevel, than: TrustLevel): boolean {
  return lowerTrust(level, than) === level;
}

function namesOf({ source: { source_name, content_hash } }: RatedSource): string[] {
  return [source_name, content_hash].filter((name) => name !== undefined);
}
