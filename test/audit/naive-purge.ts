import { createHash } from 'node:crypto';
import { naiveSigned } from './naive-checkpoint.ts';
import { naiveEvents, naivePurgeBefore } from './naive-verifier.ts';

/*
 * The fourth part of the second verifier, from docs/audit-format.md alone: a log whose beginning was purged.
 */

export type NaivePurge = {
  sequence: number;
  first: number;
  last: number;
  frontier: Buffer[];
  root: Buffer;
  payload: Record<string, unknown>;
};

/** The purge behind which a log begins; `undefined` where it begins at its beginning. Throws where P1 or P2 fails. */
export function naiveStart(log: Buffer): NaivePurge | undefined {
  const event = naivePurgeBefore(naiveEvents(log));
  if (event === undefined) return undefined;
  return readPurge(event['payload'] as Record<string, unknown>, Number(event['sequence']));
}

function readPurge(payload: Record<string, unknown>, sequence: number): NaivePurge {
  const frontier = (payload['frontier'] as string[]).map((text) => Buffer.from(text, 'base64'));
  const root = Buffer.from(String(payload['root']), 'base64');
  const purge = {
    ...{ sequence, frontier, root, payload },
    ...{ first: Number(payload['first']), last: Number(payload['last']) },
  };
  if (!naiveRootBehind(purge, [], purge.last + 1).equals(root)) throw new Error('root and frontier differ');
  return purge;
}

/** P3: what the note says, and that one of these keys signed it. */
export function naiveNoteFault(
  purge: NaivePurge,
  origin: string,
  keys: readonly string[],
): string | undefined {
  const { first, last, offset, bytes, sha256, end_hash, root, note } = purge.payload;
  const lines = [
    'aisecops-purge/1',
    origin,
    `${first} ${last}`,
    `${offset} ${bytes}`,
    sha256,
    end_hash,
    root,
  ];
  const text = `${lines.join('\n')}\n`;
  if (!String(note).startsWith(`${text}\n`)) return 'the note says something else';
  return keys.some((key) => naiveSigned(String(note), key))
    ? undefined
    : 'no trusted key has signed the purge';
}

/** The root over `size` events, of which those that were purged are known by the frontier alone. */
export function naiveRootBehind(purge: NaivePurge, lines: readonly Buffer[], size: number): Buffer {
  const gone = purge.last + 1;
  const pieces = new Map<string, Buffer>();
  let start = 0;
  for (const root of purge.frontier) {
    let length = 1;
    while (length * 2 <= gone - start) length *= 2;
    pieces.set(`${start}+${length}`, root);
    start += length;
  }
  if (start !== gone) throw new Error('the frontier has another number of roots');
  const rootOf = (from: number, length: number): Buffer => {
    const piece = pieces.get(`${from}+${length}`);
    if (piece !== undefined) return piece;
    if (length === 1) return sha([0], lines[from - gone] ?? fail(from));
    let split = 1;
    while (split * 2 < length) split *= 2;
    return sha([1], rootOf(from, split), rootOf(from + split, length - split));
  };
  return rootOf(0, size);
}

/** The root over the first `size` events by the leaves in the file `tree`, which have to lead to the purge's root. */
export function naiveRootInTree(purge: NaivePurge, tree: Buffer, size: number): Buffer {
  const count = (n: number): number => 2 * n - [...n.toString(2)].filter((bit) => bit === '1').length;
  const leaves = Array.from({ length: purge.last + 1 }, (_, index) =>
    tree.subarray(32 * count(index), 32 * count(index) + 32),
  );
  const rootOf = (part: Buffer[]): Buffer => {
    if (part.length === 1) return part[0] as Buffer;
    let split = 1;
    while (split * 2 < part.length) split *= 2;
    return sha([1], rootOf(part.slice(0, split)), rootOf(part.slice(split)));
  };
  if (!rootOf(leaves).equals(purge.root)) throw new Error('the tree does not lead to the root of the purge');
  return rootOf(leaves.slice(0, size));
}

function fail(index: number): never {
  throw new Error(`event ${index} is not there`);
}

function sha(...parts: (Uint8Array | number[])[]): Buffer {
  const made = createHash('sha256');
  for (const part of parts) made.update(Uint8Array.from(part));
  return made.digest();
}
