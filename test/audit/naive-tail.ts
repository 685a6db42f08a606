import { createHash } from 'node:crypto';

const LEAF_BYTES = 32;

/**
 * Step 12 of docs/audit-format.md, over all lines behind `size` and not the last alone: what the tree beside a log has against
 * them. `log` has to begin with event 0.
 */
export function naiveTailFault(log: Buffer, tree: Buffer, size: number): string | undefined {
  const lines = log.toString('latin1').split('\n').slice(0, -1);
  for (let index = size; ; index += 1) {
    const at = LEAF_BYTES * (2 * index - onesIn(index));
    const leaf = tree.subarray(at, at + LEAF_BYTES);
    if (leaf.length < LEAF_BYTES) return undefined;
    if (leaf.every((byte) => byte === 0)) continue;
    const line = lines[index];
    if (line === undefined) return `event ${index} is missing`;
    const digest = createHash('sha256').update('\0').update(Buffer.from(line, 'latin1')).digest();
    if (!digest.equals(leaf)) return `event ${index} is another`;
  }
}

/** Complete subtrees are as many as there are ones in the number of leaves. */
function onesIn(count: number): number {
  return count.toString(2).replaceAll('0', '').length;
}
