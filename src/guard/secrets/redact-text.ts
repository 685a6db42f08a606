import type { Redaction } from '../finding.ts';

/**
 * The text with each redaction replaced by `[redacted:<kind>]`, and with a character that one begins or ends in the middle
 * of. `redactions` MUST be in order and not overlap.
 */
export function redactText(text: string, redactions: readonly Redaction[]): string {
  if (redactions.length === 0) return text;
  let redacted = '';
  let last = 0;
  for (const { start, end, kind } of redactions) {
    redacted += `${text.slice(last, Math.max(last, isWithin(text, start) ? start - 1 : start))}[redacted:${kind}]`;
    last = isWithin(text, end) ? end + 1 : end;
  }
  return redacted + text.slice(last);
}

/** Whether an offset lies in the middle of a character of two units. */
function isWithin(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
