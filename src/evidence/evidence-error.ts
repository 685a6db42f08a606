/**
 * A bundle that cannot be made or read.
 *
 * `bundle_unreadable`: it is no zip, or one that nobody should unpack. `evidence_too_large`: the trace has more events
 * than a bundle holds. `too_many_exports`: so many are being made that another one would only wait.
 */
export class EvidenceError extends Error {
  readonly code: 'bundle_unreadable' | 'evidence_too_large' | 'too_many_exports';

  constructor(code: EvidenceError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
