import { createHash } from 'node:crypto';
import type { SubtreeReader } from '../../src/tlog/proof.ts';

/** RFC 6962 §2.1 as it is written there, over the records themselves: no state, no shortcut. */
export function naiveRoot(records: readonly Uint8Array[]): Buffer {
  if (records.length === 0) return sha256();
  const [first] = records;
  if (records.length === 1 && first !== undefined) return sha256([0], first);
  const split = largestPowerBelow(records.length);
  return sha256([1], naiveRoot(records.slice(0, split)), naiveRoot(records.slice(split)));
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1. */
export function naiveInclusion(index: number, records: readonly Uint8Array[]): Buffer[] {
  if (records.length === 1) return [];
  const split = largestPowerBelow(records.length);
  const left = records.slice(0, split);
  const right = records.slice(split);
  return index < split
    ? [...naiveInclusion(index, left), naiveRoot(right)]
    : [...naiveInclusion(index - split, right), naiveRoot(left)];
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2, for 0 < m ≤ n. */
export function naiveConsistency(oldSize: number, records: readonly Uint8Array[], isStart = true): Buffer[] {
  if (oldSize === records.length) return isStart ? [] : [naiveRoot(records)];
  const split = largestPowerBelow(records.length);
  const left = records.slice(0, split);
  const right = records.slice(split);
  return oldSize <= split
    ? [...naiveConsistency(oldSize, left, isStart), naiveRoot(right)]
    : [...naiveConsistency(oldSize - split, right, false), naiveRoot(left)];
}

/** Complete subtrees, each made from its records. */
export function naiveReader(records: readonly Uint8Array[]): SubtreeReader {
  return (level, index) => {
    const leaves = 2 ** level;
    const part = records.slice(index * leaves, (index + 1) * leaves);
    if (part.length !== leaves) throw new Error(`there is no complete subtree ${index} at level ${level}`);
    return naiveRoot(part).toString('latin1');
  };
}

export function recordsOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`record ${index}`));
}

function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function sha256(...parts: (Uint8Array | number[])[]): Buffer {
  const made = createHash('sha256');
  for (const part of parts) made.update(Uint8Array.from(part));
  return made.digest();
}
