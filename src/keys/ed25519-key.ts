import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KeyError } from './key-error.ts';

const RAW = /^ed25519:([A-Za-z0-9+/_-]{43}=?)$/;

/** A public Ed25519 key: `ed25519:` and the base64 of its 32 bytes, or the name of a file with a PEM or a JWK. Throws `policy_key_invalid`. */
export function readPublicKey(given: string): KeyObject {
  const raw = RAW.exec(given)?.[1];
  if (raw !== undefined)
    return asKey(given, () => {
      const x = Buffer.from(raw, 'base64').toString('base64url');
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    });
  const text = textOf(given);
  // A private key would do as well, and has no business where the gateway can read it.
  if (isPrivate(text)) throw invalid(given, 'it is a private key: give the gateway the public one alone');
  return asKey(given, () => createPublicKey(keyInput(text)));
}

/** A private Ed25519 key from a file with a PEM (PKCS #8) or a JWK. Throws `policy_key_invalid`. */
export function readPrivateKey(file: string): { privateKey: KeyObject; publicKey: KeyObject } {
  const text = textOf(file);
  if (!isPrivate(text)) throw invalid(file, 'it is not a private key');
  const privateKey = asKey(file, () => createPrivateKey(keyInput(text)));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** A public key as `readPublicKey` reads it. */
export function publicKeyText(publicKey: KeyObject): string {
  return `ed25519:${Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (cause) {
    throw invalid(file, `it cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function isPrivate(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || /^\s*\{[\s\S]*"d"\s*:/.test(text);
}

function keyInput(text: string) {
  if (!text.trimStart().startsWith('{')) return text;
  return { key: JSON.parse(text) as Record<string, string>, format: 'jwk' as const };
}

/** The message of the parser may quote the key, so it stays inside. */
function asKey(name: string, read: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    throw invalid(name, 'it is no key that can be read: PEM or JWK is needed');
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw invalid(name, `it is a key of type ${key.asymmetricKeyType}, and Ed25519 is needed`);
}

function invalid(name: string, why: string): KeyError {
  return new KeyError('policy_key_invalid', `${name} cannot be used as a key for policies: ${why}`);
}
