import type { Redaction } from '../finding.ts';

/** The text with each redaction replaced by `[redacted:<kind>]`. `redactions` MUST be in order and not overlap. */
export function redactText(text: string, redactions: readonly Redaction[]): string {
  if (redactions.length === 0) return text;
  let redacted = '';
  let last = 0;
  for (const { start, end, kind } of redactions) {
    redacted += `${text.slice(last, start)}[redacted:${kind}]`;
    last = end;
  }
  return redacted + text.slice(last);
}
