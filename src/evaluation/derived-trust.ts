import type { SourceTrust } from '../decision/facts.ts';
import type { Source } from '../plan/plan.ts';
import { lowerTrust, type TrustLevel } from '../plan/trust-level.ts';

/** A source of a plan, and what has been said of it so far. */
export type RatedSource = {
  source: Pick<Source, 'source_name' | 'content_hash' | 'derived_from'>;
  fact: Pick<SourceTrust, 'trust_level' | 'basis'>;
};

/**
 * Lowers sources that were made from others: one is worth no more than the least of them, however long the chain and
 * also where it is a circle. They are named by name or content hash; what no source of the plan is called is worth
 * what is `known` of it, and `unverified` where nothing is.
 *
 * Names fall from level to level and each hands on what it fell to, so the time is by the number of names.
 */
export function lowerDerived(
  rated: readonly RatedSource[],
  known: (name: string) => TrustLevel | undefined,
): void {
  if (rated.every(({ source }) => source.derived_from === undefined)) return;
  const worth = worthOfNames(rated, known);
  const madeFrom = byOrigin(rated);
  const fallen = [...madeFrom.keys()];
  for (let name = fallen.pop(); name !== undefined; name = fallen.pop()) {
    const level = worth.get(name) ?? 'unverified';
    for (const one of madeFrom.get(name) ?? []) {
      if (isNoHigher(one.fact.trust_level, level)) continue;
      Object.assign(one.fact, { trust_level: level, basis: 'derived' });
      const lowered = namesOf(one).filter((own) => !isNoHigher(worth.get(own) ?? level, level));
      for (const own of lowered) worth.set(own, level);
      fallen.push(...lowered);
    }
  }
}

/** What each name is worth that a source has or is made from: the least of all that have it. */
function worthOfNames(
  rated: readonly RatedSource[],
  known: (name: string) => TrustLevel | undefined,
): Map<string, TrustLevel> {
  const worth = new Map<string, TrustLevel>();
  for (const one of rated) {
    const { trust_level } = one.fact;
    for (const name of namesOf(one)) worth.set(name, lowerTrust(trust_level, worth.get(name) ?? trust_level));
  }
  for (const { source } of rated) {
    for (const name of source.derived_from ?? []) {
      if (!worth.has(name)) worth.set(name, known(name) ?? 'unverified');
    }
  }
  return worth;
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
