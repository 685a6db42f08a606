import { matchesOf } from '../matches.ts';
import type { Span } from './view.ts';

/** Text that was carried by invisible characters, and where. `text` is empty where the run says nothing readable. */
export type HiddenRun = Span & { text: string; carrier: 'tags' | 'variation_selectors' | 'zero_width' };

const RUNS: { carrier: HiddenRun['carrier']; pattern: RegExp; read: (run: string) => string }[] = [
  // A flag emoji is a black flag followed by tag letters; that one is writing, not hiding.
  {
    carrier: 'tags',
    pattern: /(?<![\u{1f3f4}\u{e0020}-\u{e007f}])[\u{e0020}-\u{e007f}]{4,}/gu,
    read: readTags,
  },
  {
    carrier: 'variation_selectors',
    pattern: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4,}/gu,
    read: readSelectors,
  },
  { carrier: 'zero_width', pattern: /[\u200b-\u200d\u2060-\u2064\ufeff]{16,}/g, read: readZeroWidth },
];

const NOT_ASCII = /[^\0-\x7f]/;
const INVISIBLE = /\p{DI}/u;
const READABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}\s]--\ufffd]{4,}$/v;

/** Runs of invisible characters that are long enough to be a channel, decoded. Single joiners are never reported. */
export function hiddenRuns(text: string): HiddenRun[] {
  if (!NOT_ASCII.test(text) || !INVISIBLE.test(text)) return [];
  return RUNS.flatMap(({ carrier, pattern, read }) =>
    matchesOf(text, pattern).map((match) => {
      const decoded = read(match[0]);
      return {
        carrier,
        start: match.index,
        end: match.index + match[0].length,
        text: READABLE.test(decoded) ? decoded : '',
      };
    }),
  );
}

function readTags(run: string): string {
  return fromBytes(Array.from(run, (tag) => (tag.codePointAt(0) ?? 0) - 0xe0000));
}

function readSelectors(run: string): string {
  return fromBytes(
    Array.from(run, (selector) => {
      const code = selector.codePointAt(0) ?? 0;
      return code <= 0xfe0f ? code - 0xfe00 : code - 0xe0100 + 16;
    }),
  );
}

/** The first two kinds of character are read as bits, either way round; other kinds are separators. */
function readZeroWidth(run: string): string {
  const [one = '', other = ''] = new Set(run);
  const reversed = readBits(run, other, one);
  return READABLE.test(reversed) ? reversed : readBits(run, one, other);
}

function readBits(run: string, zero: string, one: string): string {
  const bytes: number[] = [];
  let bits = '';
  for (const unit of run) {
    if (unit === zero) bits += '0';
    else if (unit === one) bits += '1';
    if (bits.length === 8) {
      bytes.push(Number.parseInt(bits, 2));
      bits = '';
    }
  }
  return fromBytes(bytes);
}

function fromBytes(bytes: number[]): string {
  return Buffer.from(bytes).toString('utf8');
}
