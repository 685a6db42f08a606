import { SCALAR_STYLE } from 'js-yaml';

/** A scalar as it stands in a text, from its first character to behind its last, quotes left out. */
export type WrittenText = { start: number; end: number; style: number };

/** What one part of the written text stands for: a character, or white space of which lines may have been made. */
type Token = { at: number; stands: string; isSpace: boolean };

/**
 * Where a character of a text is written, over several lines or with escapes: the value and what is written are gone
 * through together, and of white space only that there is some has to be the same. `undefined` where they do not agree.
 */
export function whereWritten(
  source: string,
  written: WrittenText,
  { value, offset }: { value: string; offset: number },
): number | undefined {
  let index = 0;
  let last = written.start;
  for (const token of tokensIn(source, written)) {
    if (index > offset) return last;
    const taken = token.isSpace ? spaceAt(value, index) : token.stands.length;
    if (!token.isSpace && !value.startsWith(token.stands, index)) return undefined;
    if (offset < index + taken) return token.at;
    index += taken;
    last = token.at + 1;
  }
  // Behind the last character, where the end of the text is what is wrong.
  return offset === index || value.slice(index).trim() === '' ? last : undefined;
}

function spaceAt(value: string, start: number): number {
  return /^\s*/.exec(value.slice(start))?.[0].length ?? 0;
}

function* tokensIn(source: string, { start, end, style }: WrittenText): Generator<Token> {
  let at = start;
  while (at < end) {
    const { length, stands, isSpace = false } = tokenAt(source.slice(at, end), style);
    yield { at, stands, isSpace };
    at += length;
  }
}

function tokenAt(rest: string, style: number): { length: number; stands: string; isSpace?: true } {
  const space = /^\s+/.exec(rest)?.[0];
  if (space !== undefined) return { length: space.length, stands: '', isSpace: true };
  if (style === SCALAR_STYLE.SINGLE_QUOTED && rest.startsWith("''")) return { length: 2, stands: "'" };
  if (style === SCALAR_STYLE.DOUBLE_QUOTED && rest.startsWith('\\')) return escapeAt(rest);
  return { length: 1, stands: rest.charAt(0) };
}

const SHORT: Record<string, string> = { '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', v: '\v' };

function escapeAt(rest: string): { length: number; stands: string; isSpace?: true } {
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const digits = code?.[1] ?? code?.[2] ?? code?.[3];
  if (code !== null && digits !== undefined) {
    const stands = String.fromCodePoint(Number.parseInt(digits, 16));
    return /^\s$/.test(stands)
      ? { length: code[0].length, stands: '', isSpace: true }
      : { length: code[0].length, stands };
  }
  // White space that is escaped, and the end of a line that is: how much comes of it is seen in the value.
  const space = /^\\(?:[nrtNLP_ ]|\r?\n\s*)\s*/.exec(rest)?.[0];
  if (space !== undefined) return { length: space.length, stands: '', isSpace: true };
  const sign = rest.charAt(1);
  return { length: 2, stands: SHORT[sign] ?? sign };
}
