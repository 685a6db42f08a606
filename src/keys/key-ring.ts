import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { invalid, type KeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import {
  generateJwk,
  type KeyPurpose,
  openSigningKey,
  type PublicJwk,
  type SigningKey,
  toSigningKey,
} from './signing-keys.ts';

/** All keys of one purpose: the one that signs, the one that a rotation has made ready, and those before. */
export type KeyRing = {
  current: SigningKey;
  /** Made by a rotation that has not come to its end. */
  next?: SigningKey;
  /** Public halves, newest last. What they signed still verifies. */
  retired: readonly PublicJwk[];
};

const publicJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string().min(1),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
});
const retiredSchema = z.partialRecord(
  z.enum(['permits', 'log', 'evidence']),
  z.array(publicJwkSchema).max(1_000),
);

/** The keys of `purpose`; the first is made where there is none. Rejects as `openSigningKey`. */
export async function openKeyRing(file: string, purpose: KeyPurpose): Promise<KeyRing> {
  const current = await openSigningKey(file, purpose);
  const keys = (await readKeyFile(file)) ?? {};
  const next = objectIn(file, keys, 'next')[purpose];
  const ring: KeyRing = { current, retired: retiredIn(file, keys)[purpose] ?? [] };
  return next === undefined ? ring : { ...ring, next: toSigningKey(file, `next.${purpose}`, next) };
}

/** The keys of all purposes. MUST NOT be called by two processes at once: the lock of the log's writer sees to that. */
export async function openKeyRings(file: string): Promise<Record<KeyPurpose, KeyRing>> {
  const log = await openKeyRing(file, 'log');
  const evidence = await openKeyRing(file, 'evidence');
  return { log, evidence, permits: await openKeyRing(file, 'permits') };
}

/** The keys of a ring as what signs and what verifies. */
export function keyObjectsOf({ current, next, retired }: KeyRing): {
  current: KeyObject;
  next?: KeyObject;
  retired: KeyObject[];
} {
  return {
    current: current.privateKey,
    ...(next && { next: next.privateKey }),
    retired: retired.map(({ kid: _, ...jwk }) => createPublicKey({ key: jwk, format: 'jwk' })),
  };
}

/** Makes the key that will follow, durable beside the one in use; one that was made ready before is taken again. */
export async function makeNextKey(file: string, purpose: KeyPurpose): Promise<SigningKey> {
  const { next } = await openKeyRing(file, purpose);
  if (next !== undefined) return next;
  const keys = (await readKeyFile(file)) ?? {};
  const made = await generateJwk();
  await writeKeyFile(file, { ...keys, next: { ...objectIn(file, keys, 'next'), [purpose]: made } }, false);
  return toSigningKey(file, `next.${purpose}`, made);
}

/**
 * Puts the next key in the place of the one in use, of which only the public half stays: nothing needs the private one
 * any more, and whoever found it could sign another past. One durable step; nothing where no key is ready.
 */
export async function useNextKey(file: string, purpose: KeyPurpose): Promise<void> {
  const { current, next } = await openKeyRing(file, purpose);
  if (next === undefined) return;
  const keys = (await readKeyFile(file)) ?? {};
  const retired = retiredIn(file, keys);
  const { [purpose]: made, ...others } = objectIn(file, keys, 'next');
  const { next: _, ...rest } = keys;
  const written = {
    ...rest,
    [purpose]: made,
    ...(Object.keys(others).length === 0 ? {} : { next: others }),
    retired: { ...retired, [purpose]: [...(retired[purpose] ?? []), current.publicJwk] },
  };
  await writeKeyFile(file, written, false);
}

function objectIn(file: string, keys: KeyFile, member: string): Record<string, unknown> {
  const value = keys[member] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(file, `its member "${member}" is not an object`);
}

function retiredIn(file: string, keys: KeyFile): Partial<Record<KeyPurpose, PublicJwk[]>> {
  const { success, data } = retiredSchema.safeParse(keys['retired'] ?? {});
  if (!success) throw invalid(file, 'its member "retired" does not hold lists of public Ed25519 JWKs');
  for (const jwk of Object.values(data).flat()) assertKey(file, jwk);
  return data;
}

function assertKey(file: string, { kid, ...jwk }: PublicJwk): void {
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
  } catch (error) {
    throw invalid(file, `the retired key ${kid} cannot be used`, error);
  }
}
