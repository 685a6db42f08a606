import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { constants, type FileHandle, link, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { KeyError } from './key-error.ts';

/** What a key is for. Each purpose has a key of its own in the one file, so that none can sign for another. */
export type KeyPurpose = 'permits' | 'log' | 'evidence';

/** An Ed25519 key pair; the private half never leaves the process. */
export type SigningKey = {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: PublicJwk;
};

export type PublicJwk = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

const privateJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().min(1),
});
type PrivateJwk = z.infer<typeof privateJwkSchema>;

type KeyFile = Record<string, unknown>;

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

async function generateJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return privateJwkSchema.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}

function toSigningKey(file: string, purpose: KeyPurpose, value: unknown): SigningKey {
  const { success, data } = privateJwkSchema.safeParse(value);
  if (!success) throw invalid(file, `its member "${purpose}" is not a private Ed25519 JWK`);
  const { kid, ...jwk } = data;
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey(privateKey);
    const { kty, crv, x } = jwk;
    if (publicKey.export({ format: 'jwk' }).x !== x) throw new TypeError('its halves do not belong together');
    return { kid, privateKey, publicKey, publicJwk: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } };
  } catch (error) {
    throw invalid(file, `the key "${purpose}" cannot be used`, error);
  }
}

async function readKeyFile(file: string): Promise<KeyFile | undefined> {
  const handle = await openForReading(file);
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      const message = `${file} can be read by others (mode ${octal}); run: chmod 600 ${file}`;
      throw new KeyError('signing_key_exposed', message);
    }
    return parseKeyFile(file, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

async function openForReading(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw unavailable(file, 'read', error);
  }
}

function parseKeyFile(file: string, text: string): KeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the file, and with it the key.
    throw invalid(file, 'it is not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalid(file, 'it is not an object');
  return value as KeyFile;
}

async function writeKeyFile(file: string, keys: KeyFile, isNew: boolean): Promise<void> {
  const content = `${JSON.stringify(keys, undefined, 2)}\n`;
  try {
    await replaceFile(file, { content, mode: 0o600, ...(isNew ? { put: nameFirst } : {}) });
    await syncDirectory(dirname(file));
  } catch (error) {
    throw unavailable(file, 'written', error);
  }
}

/** Names the file unless another process was first: a link, unlike a rename, never replaces. */
async function nameFirst(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function invalid(file: string, why: string, cause?: unknown): KeyError {
  return new KeyError('signing_key_invalid', `${file} cannot be used: ${why}`, { cause });
}

function unavailable(file: string, verb: string, cause: unknown): KeyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KeyError('signing_key_unavailable', `${file} cannot be ${verb}: ${why}`, { cause });
}
