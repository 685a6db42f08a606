import { readFile } from 'node:fs/promises';
import { sha256 } from '../json/canonical.ts';
import { publicKeyText, readPrivateKey } from '../keys/ed25519-key.ts';
import { SOURCE_TYPES } from '../plan/trust-level.ts';
import { MAX_LIFETIME_MS, signProvenance } from '../trust/provenance-signature.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';

const DAY_MS = 86_400_000;

export const provenanceSignCommand: Command = {
  name: 'provenance sign',
  summary: 'Sign what a source says: whoever has the public key in its trust registry knows that it is yours',
  options: {
    key: { value: 'FILE', description: 'a private Ed25519 key: PEM or JWK' },
    'source-type': { value: 'TYPE', description: SOURCE_TYPES.join(', ') },
    'source-name': { value: 'NAME', description: 'as the trust registry knows it' },
    tenant: { value: 'ID', description: 'the tenant; * where the source is known in every tenant' },
    content: { value: 'FILE', description: 'what the source says, as it will be sent' },
    'content-hash': { value: 'HASH', description: 'its SHA-256 instead' },
    audience: { value: 'AGENT', multiple: true, description: 'an agent that may act on it (any)' },
    days: { value: 'N', description: 'for how many days it holds, at most 366 (30)' },
  },
  exits: { 78: 'the key cannot be used' },
  run: sign,
};

async function sign(given: Given, terminal: Terminal): Promise<number> {
  const key = readPrivateKey(needed(given, 'key'));
  const source_type = needed(given, 'source-type');
  if (!(SOURCE_TYPES as readonly string[]).includes(source_type))
    throw new UsageError(`--source-type ${source_type}: there are ${SOURCE_TYPES.join(', ')}`);
  const source_name = needed(given, 'source-name');
  const content_hash = await hashOf(given);
  const now = new Date();
  const statement = {
    ...{ source_type, source_name, content_hash, tenant_id: needed(given, 'tenant') },
    issued_at: now.toISOString(),
    expires_at: new Date(now.getTime() + lifetimeOf(given)).toISOString(),
    ...(Array.isArray(given['audience']) && { audience: given['audience'] }),
  };
  const signature = signProvenance(statement, key.privateKey);
  terminal.out(`${JSON.stringify({ source_type, source_name, content_hash, signature }, undefined, 2)}\n`);
  terminal.err(`holds until ${statement.expires_at}; the registry needs ${publicKeyText(key.publicKey)}\n`);
  return 0;
}

function needed(given: Given, name: string): string {
  const value = given[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is needed`);
  return value;
}

async function hashOf(given: Given): Promise<string> {
  const { content, 'content-hash': hash } = given;
  if ((content === undefined) === (hash === undefined))
    throw new UsageError('either --content FILE or --content-hash HASH is needed');
  if (typeof content === 'string') return sha256(await readFile(content, 'utf8'));
  if (/^sha256:[0-9a-f]{64}$/.test(String(hash))) return String(hash);
  throw new UsageError('--content-hash: sha256: and 64 lower-case hex digits are needed');
}

function lifetimeOf({ days = '30' }: Given): number {
  const ms = Number(days) * DAY_MS;
  if (ms > 0 && ms <= MAX_LIFETIME_MS) return ms;
  throw new UsageError(`--days ${String(days)}: a number up to ${MAX_LIFETIME_MS / DAY_MS} is needed`);
}
