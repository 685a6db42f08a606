import type { Redaction } from '../finding.ts';
import { encodedSecrets } from './encoded-secrets.ts';
import type { SecretScanner } from './secret-scanner.ts';

/**
 * Escapes of JSON and programs (over some levels), of terminals, of addresses and of mail. Their last sign is often a letter or
 * a digit, and a secret behind it would look like the rest of a longer word.
 */
const ESCAPES =
  /(?:\p{Cc}|\\{1,8}(?:u001b|x1b|033|e))\[[0-9;]{0,16}[A-Za-z]|\\{1,8}(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[0-7]{3}|[abefnrtv0"'/])|%(?:25){0,3}[0-9a-f]{2}|=(?:3D|2[027]|0[9AD])/giu;
const MAIL = /=[023]/;

/**
 * A scanner that also finds what begins or ends at an escape, `"log\nghp_…"` as it stands in JSON that is itself a string, and
 * what stands in a run of base64 or hexadecimal digits. What is found in the text as it came is found as before.
 */
export function allSecrets(scan: SecretScanner): SecretScanner {
  return (text) => {
    const found = scan(text);
    const blank = withoutEscapes(text);
    const more = [...(blank === text ? [] : scan(blank)), ...encodedSecrets(blank, scan)];
    return more.length === 0 ? found : together([...found, ...more]);
  };
}

/** The text with each escape replaced by as many spaces: what stands behind one begins a word. */
export function withoutEscapes(text: string): string {
  return mayHoldEscapes(text) ? text.replace(ESCAPES, (mark) => ' '.repeat(mark.length)) : text;
}

function mayHoldEscapes(text: string): boolean {
  return text.includes('\\') || text.includes('%') || text.includes('\u001b') || MAIL.test(text);
}

/** In order; what overlaps is one, of the kind of the earlier and longer. */
function together(redactions: readonly Redaction[]): Redaction[] {
  const apart: Redaction[] = [];
  const all = redactions.toSorted((one, other) => one.start - other.start || other.end - one.end);
  for (const each of all) {
    const last = apart.at(-1);
    if (last !== undefined && each.start < last.end) last.end = Math.max(last.end, each.end);
    else apart.push({ ...each });
  }
  return apart;
}
