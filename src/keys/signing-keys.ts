import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { invalid, readKeyFile, writeKeyFile } from './key-file.ts';

/** What a key is for. Each purpose has a key of its own in the one file, so that none can sign for another. */
export const KEY_PURPOSES = ['permits', 'log', 'evidence'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** An Ed25519 key pair; the private half never leaves the process. */
export type SigningKey = {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: PublicJwk;
};

export type PublicJwk = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

export const privateJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().min(1),
});
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/**
 * The key for `purpose` from the key file, an object with one private JWK a purpose.
 *
 * Where the file is not there it is made, readable by its owner alone; where it has no key for this purpose one is
 * added and the others stay. Both happen in one step on disk (a new file, synced, then named), so a crash leaves
 * the old file or the new one. Rejects with `signing_key_exposed` where group or others can read the file,
 * `signing_key_invalid` where it is not such an object, and `signing_key_unavailable` where it cannot be read or made.
 */
export async function openSigningKey(file: string, purpose: KeyPurpose): Promise<SigningKey> {
  const keys = await readKeyFile(file);
  if (keys?.[purpose] !== undefined) return toSigningKey(file, purpose, keys[purpose]);
  const made = await generateJwk();
  await writeKeyFile(file, { ...keys, [purpose]: made }, keys === undefined);
  // Another process may have been first: the file says what the key is.
  const written = await readKeyFile(file);
  return toSigningKey(file, purpose, written?.[purpose]);
}

export async function generateJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return privateJwkSchema.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}

/** The key that a member of the key file is. Throws `signing_key_invalid`. */
export function toSigningKey(file: string, member: string, value: unknown): SigningKey {
  const { success, data } = privateJwkSchema.safeParse(value);
  if (!success) throw invalid(file, `its member "${member}" is not a private Ed25519 JWK`);
  const { kid, ...jwk } = data;
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey(privateKey);
    const { kty, crv, x } = jwk;
    if (publicKey.export({ format: 'jwk' }).x !== x) throw new TypeError('its halves do not belong together');
    return { kid, privateKey, publicKey, publicJwk: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } };
  } catch (error) {
    throw invalid(file, `the key "${member}" cannot be used`, error);
  }
}
