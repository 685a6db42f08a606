import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../json/canonical.ts';
import { keyIdOf } from './public-key.ts';

/** First line of what is signed, and first part of the signature: no other document of ours begins with it. */
const DOMAIN = 'aisecops-provenance-v1';
/** A signature must run out: one that is stolen does not work for good. */
export const MAX_LIFETIME_MS = 366 * 24 * 3_600_000;
/** How far the clock of a signer may be ahead. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** Signed for every tenant; holds only of a source that is known in every tenant. */
export const EVERY_TENANT = '*';

/** What a source says and a signature vouches for. Times are RFC 3339 in UTC. */
export type ProvenanceStatement = {
  source_type: string;
  source_name: string;
  /** `sha256:` and hex, of the content in UTF-8. */
  content_hash: string;
  tenant_id: string;
  issued_at: string;
  expires_at: string;
  /** Ids of the agents that may act on it. Absent: any. */
  audience?: string[];
};

/** What travels in the signature itself: all of the statement that does not stand in the source. */
type Claims = Pick<ProvenanceStatement, 'tenant_id' | 'issued_at' | 'expires_at' | 'audience'> & {
  key_id: string;
};

export const SIGNATURE_FAULTS = [
  'signature_malformed',
  'signature_unknown_key',
  'signature_key_revoked',
  'signature_invalid',
  'signature_expired',
  'signature_not_yet_valid',
  'signature_wrong_tenant',
  'signature_wrong_audience',
  'signature_without_content',
] as const;
export type SignatureFault = (typeof SIGNATURE_FAULTS)[number];

/** The bytes that are signed: a line, the canonical JSON (RFC 8785) of the statement, and a newline. */
export function signedBytes(statement: ProvenanceStatement): Buffer {
  return Buffer.from(`${DOMAIN}\n${canonicalJson(statement)}\n`);
}

/**
 * Signs what a source says with a private Ed25519 key: the text for `signature` of the source. Throws `RangeError` where
 * the times are no times, or further apart than `MAX_LIFETIME_MS`.
 */
export function signProvenance(statement: ProvenanceStatement, privateKey: KeyObject): string {
  const { tenant_id, issued_at, expires_at, audience } = statement;
  const lifetime = timeOf(expires_at) - timeOf(issued_at);
  if (!(lifetime > 0 && lifetime <= MAX_LIFETIME_MS))
    throw new RangeError('a signature holds for some time, and for a year at most');
  const claims: Claims = {
    ...{ key_id: keyIdOf(createPublicKey(privateKey)), tenant_id, issued_at, expires_at },
    ...(audience === undefined ? {} : { audience }),
  };
  return textOf(claims, sign(null, signedBytes(statement), privateKey));
}

/** Keys of a source by their id. `isEverywhere`: of the source as it is known in every tenant. */
export type SourceKeys = ReadonlyMap<string, { key: KeyObject; isRevoked: boolean; isEverywhere: boolean }>;

/** What a signature is held against. */
export type SignatureCheck = {
  source: { source_type: string; source_name: string; content_hash?: string };
  keys: SourceKeys;
  tenantId: string | undefined;
  agentId: string | undefined;
  nowMs: number;
};

/** The key that signed, or why the signature counts for nothing. Never throws on any text. */
export function checkSignature(
  signature: string,
  check: SignatureCheck,
): { key_id: string; fault?: never } | { key_id?: never; fault: SignatureFault } {
  const parts = partsOf(signature);
  if (parts === undefined) return { fault: 'signature_malformed' };
  const { claims, bytes } = parts;
  const known = check.keys.get(claims.key_id);
  if (known === undefined) return { fault: 'signature_unknown_key' };
  if (known.isRevoked) return { fault: 'signature_key_revoked' };
  const { source_type, source_name, content_hash } = check.source;
  if (content_hash === undefined) return { fault: 'signature_without_content' };
  const { key_id, ...said } = claims;
  const statement = { ...said, source_type, source_name, content_hash };
  if (!verify(null, signedBytes(statement), known.key, bytes)) return { fault: 'signature_invalid' };
  const fault = timeFault(claims, check.nowMs) ?? readerFault(claims, known.isEverywhere, check);
  return fault === undefined ? { key_id } : { fault };
}

/** There is one way to write a signature; any other is none, so that what was seen before is seen again. */
function partsOf(signature: string): { claims: Claims; bytes: Buffer } | undefined {
  const [domain, said = '', written = ''] = signature.split('.');
  const bytes = Buffer.from(written, 'base64url');
  try {
    const claims: unknown = JSON.parse(Buffer.from(said, 'base64url').toString('utf8'));
    if (domain !== DOMAIN || !isClaims(claims)) return undefined;
    return signature === textOf(claims, bytes) ? { claims, bytes } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(claims: Claims, bytes: Buffer): string {
  const said = Buffer.from(canonicalJson(claims)).toString('base64url');
  return `${DOMAIN}.${said}.${bytes.toString('base64url')}`;
}

const TEXTS = ['key_id', 'tenant_id', 'issued_at', 'expires_at'];

function isClaims(value: unknown): value is Claims {
  if (value === null || typeof value !== 'object') return false;
  const { audience, ...others } = value as Record<string, unknown>;
  const names = Object.keys(others);
  return (
    names.length === TEXTS.length &&
    TEXTS.every((name) => typeof others[name] === 'string') &&
    (audience === undefined ||
      (Array.isArray(audience) && audience.every((agent) => typeof agent === 'string')))
  );
}

function timeFault({ issued_at, expires_at }: Claims, nowMs: number): SignatureFault | undefined {
  const [issued, expires] = [timeOf(issued_at), timeOf(expires_at)];
  if (Number.isNaN(issued) || Number.isNaN(expires) || expires - issued > MAX_LIFETIME_MS)
    return 'signature_malformed';
  if (issued > nowMs + CLOCK_SKEW_MS) return 'signature_not_yet_valid';
  return expires <= nowMs ? 'signature_expired' : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Milliseconds; no number for any other way to write a time, which two readers could take for two times. */
function timeOf(text: string): number {
  return TIME.test(text) ? Date.parse(text) : Number.NaN;
}

function readerFault(
  { tenant_id, audience }: Claims,
  isEverywhere: boolean,
  { tenantId, agentId }: SignatureCheck,
): SignatureFault | undefined {
  const isForTenant = tenant_id === EVERY_TENANT ? isEverywhere : tenant_id === tenantId;
  if (!isForTenant) return 'signature_wrong_tenant';
  if (audience === undefined) return undefined;
  return agentId !== undefined && audience.includes(agentId) ? undefined : 'signature_wrong_audience';
}
