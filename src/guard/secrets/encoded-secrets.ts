import type { Redaction } from '../finding.ts';
import { ALPHANUMERIC, stretches, unitClass } from '../views/stretch.ts';
import type { Span } from '../views/view.ts';
import type { SecretScanner } from './secret-scanner.ts';

/** The shortest secret with a form has twenty characters. */
const MIN_RUN = 26;
const UNITS = unitClass(`${ALPHANUMERIC}+/_-`);
const HEX = /^(?:[0-9A-Fa-f]{2})+$/;
const READABLE = /^[\t\n\r -~]+$/;
/** The head is read first: of most runs it is no text. */
const HEAD = 24;

/** Runs of base64 or hexadecimal digits that stand for a text with a secret; the whole run is the secret. One layer is read. */
export function encodedSecrets(text: string, scan: SecretScanner): Redaction[] {
  return encodedTexts(text, MIN_RUN).flatMap(({ start, end, text: decoded }) => {
    const [first] = scan(decoded);
    return first === undefined ? [] : [{ start, end, kind: first.kind }];
  });
}

/** Runs of that many base64 or hexadecimal digits that stand for a text of one line or more in ASCII, and the text. */
export function encodedTexts(text: string, minRun: number): (Span & { text: string })[] {
  if (text.length < minRun) return [];
  return stretches(text, UNITS, minRun).flatMap(({ start, end }) => {
    const decoded = decode(text.slice(start, end));
    return decoded === undefined ? [] : [{ start, end, text: decoded }];
  });
}

function decode(run: string): string | undefined {
  const encoding = HEX.test(run) ? 'hex' : 'base64';
  if (!READABLE.test(Buffer.from(run.slice(0, HEAD), encoding).toString('latin1'))) return undefined;
  const text = Buffer.from(run, encoding).toString('latin1');
  return READABLE.test(text) ? text : undefined;
}
