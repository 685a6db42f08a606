import { hash } from 'node:crypto';

/**
 * A SHA-256 digest: its 32 bytes as the 32 characters of a latin1 string. Making one costs a third of making a
 * buffer, it cannot be changed, and `===` compares.
 */
export type Digest = string;

export const DIGEST_BYTES = 32;

/** The root of the tree without leaves: the digest of no bytes. */
export const EMPTY_ROOT: Digest = hash('sha256', '', 'binary');

const NODE_PREFIX = 1;
const node = Buffer.alloc(1 + 2 * DIGEST_BYTES);
node[0] = NODE_PREFIX;

/** Holds the longest line of a log, and the zero byte before it. */
const leaf = Buffer.alloc(65_536);

/** The leaf of a record (RFC 6962 §2.1): SHA-256 of a zero byte and the record. */
export function leafHash(record: Uint8Array): Digest {
  const size = record.length + 1;
  const bytes = size <= leaf.length ? leaf.subarray(0, size) : Buffer.alloc(size);
  bytes.set(record, 1);
  return hash('sha256', bytes, 'binary');
}

/** The parent of two nodes (RFC 6962 §2.1): SHA-256 of a one byte and both. */
export function nodeHash(left: Digest, right: Digest): Digest {
  node.write(left, 1, DIGEST_BYTES, 'latin1');
  node.write(right, 1 + DIGEST_BYTES, DIGEST_BYTES, 'latin1');
  return hash('sha256', node, 'binary');
}

export function digestToBase64(digest: Digest): string {
  return Buffer.from(digest, 'latin1').toString('base64');
}

/** The digest in standard base64 with padding; nothing for any other text, so that each digest has one spelling. */
export function digestFromBase64(text: string): Digest | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === DIGEST_BYTES && bytes.toString('base64') === text
    ? bytes.toString('latin1')
    : undefined;
}
