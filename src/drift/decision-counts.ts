const HOUR_MS = 3_600_000;
/** Decisions are counted in pieces of this length; windows are rounded to them. */
export const BUCKET_MS = 3 * HOUR_MS;
/** How long counts are kept: the longest window and the piece that runs. */
export const KEPT_MS = 8 * 24 * HOUR_MS;
/** Different agents, tools and decisions of one piece, and rules; what comes beyond is not counted. */
const MAX_KEYS = 2_000;

/** One decision as it is counted. */
export type Counted = {
  atMs: number;
  tenant_id: string;
  agent_id: string;
  tools: readonly string[];
  decision: string;
  /** Ids of the rules that matched. */
  rules: readonly string[];
};

/** How often each decision was made for an agent and a tool. */
export type PairCounts = {
  tenant_id: string;
  agent_id: string;
  tool_name: string;
  decisions: Record<string, number>;
};

/** What was counted between two times. */
export type WindowCounts = { plans: number; pairs: Map<string, PairCounts>; rules: Map<string, number> };

type RuleCount = { tenant_id: string; rule: string; count: number };
type Bucket = { plans: Map<string, number>; pairs: Map<string, PairCounts>; rules: Map<string, RuleCount> };

/**
 * How often what was decided, over the last days, in memory: a view of the log that can be counted again from it. Adding
 * costs about a microsecond, and memory is bounded whatever names agents use.
 */
export class DecisionCounts {
  readonly #buckets = new Map<number, Bucket>();
  /** What came beyond the bound, so that nobody takes the counts for complete. */
  left_out = 0;

  add({ atMs, tenant_id, agent_id, tools, decision, rules }: Counted): void {
    const bucket = this.#bucketAt(atMs);
    bucket.plans.set(tenant_id, (bucket.plans.get(tenant_id) ?? 0) + 1);
    for (const tool_name of tools) {
      const key = `${tenant_id}\n${agent_id}\n${tool_name}`;
      const pair = entryOf<PairCounts>(bucket.pairs, key, () => ({
        tenant_id,
        agent_id,
        tool_name,
        decisions: {},
      }));
      if (pair === undefined) this.left_out += 1;
      else pair.decisions[decision] = (pair.decisions[decision] ?? 0) + 1;
    }
    for (const rule of rules) {
      const counted = entryOf(bucket.rules, `${tenant_id}\n${rule}`, () => ({ tenant_id, rule, count: 0 }));
      if (counted === undefined) this.left_out += 1;
      else counted.count += 1;
    }
  }

  /** What was counted of a tenant, or of all (`*`), in the pieces that begin at or after `fromMs` and before `toMs`. */
  window(fromMs: number, toMs: number, tenantId: string): WindowCounts {
    const isOwn = (tenant: string): boolean => tenantId === '*' || tenant === tenantId;
    const sum: WindowCounts = { plans: 0, pairs: new Map(), rules: new Map() };
    for (const [start, bucket] of this.#buckets)
      if (start >= fromMs && start < toMs) addBucket(sum, bucket, isOwn);
    return sum;
  }

  #bucketAt(atMs: number): Bucket {
    const start = bucketStart(atMs);
    const known = this.#buckets.get(start);
    if (known !== undefined) return known;
    const made: Bucket = { plans: new Map(), pairs: new Map(), rules: new Map() };
    this.#buckets.set(start, made);
    const newest = Math.max(...this.#buckets.keys());
    for (const old of this.#buckets.keys()) if (old < newest - KEPT_MS) this.#buckets.delete(old);
    return made;
  }
}

export function bucketStart(atMs: number): number {
  return Math.floor(atMs / BUCKET_MS) * BUCKET_MS;
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T | undefined {
  const known = map.get(key);
  if (known !== undefined || map.size >= MAX_KEYS) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function addBucket(sum: WindowCounts, bucket: Bucket, isOwn: (tenant: string) => boolean): void {
  for (const [tenant, plans] of bucket.plans) if (isOwn(tenant)) sum.plans += plans;
  for (const { tenant_id, rule, count } of bucket.rules.values())
    if (isOwn(tenant_id)) sum.rules.set(rule, (sum.rules.get(rule) ?? 0) + count);
  for (const [key, pair] of bucket.pairs) if (isOwn(pair.tenant_id)) addPair(sum.pairs, key, pair);
}

function addPair(pairs: Map<string, PairCounts>, key: string, pair: PairCounts): void {
  const sum = pairs.get(key) ?? { ...pair, decisions: {} };
  pairs.set(key, sum);
  for (const [decision, count] of Object.entries(pair.decisions))
    sum.decisions[decision] = (sum.decisions[decision] ?? 0) + count;
}
