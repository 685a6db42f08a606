import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

const TEXT = /^ed25519:([A-Za-z0-9+/_-]{43}=?)$/;

/** A public Ed25519 key from `ed25519:` and the base64 of its 32 bytes; nothing where the text is none. */
export function publicKeyOf(text: string): KeyObject | undefined {
  const raw = TEXT.exec(text)?.[1];
  if (raw === undefined) return undefined;
  const x = Buffer.from(raw, 'base64').toString('base64url');
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** The name of a public key: `ed25519:` and the hex of the first 16 bytes of the SHA-256 of its 32 bytes. */
export function keyIdOf(key: KeyObject): string {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return `ed25519:${createHash('sha256').update(raw).digest('hex').slice(0, 32)}`;
}
