import { createHash } from 'node:crypto';
import type { Sample } from './record.ts';

/** The first `size` ids in the order of SHA-256(seed, newline, id); all where there is no sample. Sorted. */
export function pick(ids: readonly string[], sample: Sample | undefined): string[] {
  if (sample === undefined) return ids.toSorted();
  const ranked = ids.map((id) => ({
    id,
    rank: createHash('sha256').update(`${sample.seed}\n${id}`, 'utf8').digest('hex'),
  }));
  const byRank = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return byRank
    .slice(0, sample.size)
    .map(({ id }) => id)
    .toSorted();
}
