import type { Severity } from '../guard/finding.ts';

/**
 * Why a source is worth less than it might be, with what it means; where it has a severity it is a finding as well.
 * docs/provenance.md is checked against this both ways.
 */
export const TRUST_REASONS = {
  content_hash_mismatch: {
    text: 'The content beside it is not what its content_hash says.',
    severity: 'high',
  },
  source_revoked: { text: 'The trust registry has revoked the source.', severity: 'medium' },
  signature_missing: { text: 'The trust registry has a key for this source, and nothing is signed.' },
  signature_not_checked: { text: 'The plan has more signatures than are checked.' },
  signature_malformed: { text: 'The signature cannot be read.', severity: 'medium' },
  signature_unknown_key: {
    text: 'The trust registry has no such key for a source of this type and name in the tenant.',
    severity: 'medium',
  },
  signature_key_revoked: { text: 'The key that signed has been revoked.', severity: 'medium' },
  signature_invalid: {
    text: 'The signature is not of this content, type and name.',
    severity: 'high',
  },
  signature_expired: { text: 'The signature has run out.', severity: 'medium' },
  signature_not_yet_valid: { text: 'The signature was made in the future.', severity: 'medium' },
  signature_wrong_tenant: { text: 'The signature is for another tenant.', severity: 'medium' },
  signature_wrong_audience: { text: 'The signature is for other agents.', severity: 'medium' },
  signature_without_content: {
    text: 'Neither content nor content_hash is there, so nothing can have been signed.',
    severity: 'medium',
  },
  content_seen_below: { text: 'The same content was worth less when it was read or written before.' },
  derived_from_unknown: {
    text: 'It was made from something that neither the plan nor the trust registry knows.',
  },
  derived_from_circle: { text: 'It was made from something that was made from it.' },
} as const satisfies Record<string, { text: string; severity?: Severity }>;

export type TrustReason = keyof typeof TRUST_REASONS;
