import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals an answer that holds a new secret (AES-256-GCM) with the credentials of the request it answers. Only the
 * same caller can have it replayed: the gateway keeps those credentials as a hash and cannot open it by itself.
 */
export function seal(text: string, credentials: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(credentials), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** The text that was sealed with the same credentials. Throws where they differ or a byte was changed. */
export function openSealed(bytes: Uint8Array, credentials: string): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(credentials), nonce);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8');
  return text + decipher.final('utf8');
}

/** A bearer token has 256 random bits, so no slow derivation is needed. */
function keyOf(credentials: string): Buffer {
  return Buffer.from(hkdfSync('sha256', credentials, '', 'aisecops idempotent answer', 32));
}
