import { compilePattern } from '../pattern.ts';

/** A part of a pattern that stands for some texts: one of them is enough. */
type Reader = { source: string; at: number };

/**
 * A text in which the pattern occurs, made from its plain parts: letters, classes, groups, choices and repetitions, each in
 * the shortest way. Nothing where that does not make one; what is given was tested.
 */
export function textFor(source: string): string | undefined {
  const reader: Reader = { source, at: 0 };
  const text = readChoice(reader);
  const { pattern } = compilePattern(source);
  const tries = [
    reader.at === source.length ? text : undefined,
    source.replaceAll(/[\^$\\?*+()[\]{}|.]/g, ''),
  ];
  return tries.find((one) => one !== undefined && pattern?.test(one) === true);
}

/** Of several choices the first. */
function readChoice(reader: Reader): string {
  const first = readSequence(reader);
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    readSequence(reader);
  }
  return first;
}

function readSequence(reader: Reader): string {
  let text = '';
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] as string)) {
    const atom = readAtom(reader);
    text += atom.repeat(readTimes(reader));
  }
  return text;
}

function readAtom(reader: Reader): string {
  const letter = reader.source[reader.at] as string;
  reader.at += 1;
  if (letter === '^' || letter === '$') return '';
  if (letter === '.') return 'x';
  if (letter === '[') return readClass(reader);
  if (letter === '\\') return readEscape(reader);
  return letter === '(' ? readGroup(reader) : letter;
}

function readGroup(reader: Reader): string {
  const head = /^\?(?:P?<\w+>|[a-zA-Z]*:)/.exec(reader.source.slice(reader.at));
  reader.at += head?.[0].length ?? 0;
  const text = readChoice(reader);
  if (reader.source[reader.at] === ')') reader.at += 1;
  return text;
}

const ESCAPED: Record<string, string> = {
  d: '0',
  w: 'x',
  s: ' ',
  D: 'x',
  W: '-',
  S: 'x',
  b: '',
  B: '',
  A: '',
  z: '',
};
const CONTROL: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

function readEscape(reader: Reader): string {
  const letter = reader.source[reader.at] ?? '';
  reader.at += 1;
  return ESCAPED[letter] ?? CONTROL[letter] ?? letter;
}

/** One member of a class; of a class of what is left out, something that is in few of them. */
function readClass(reader: Reader): string {
  const end = classEnd(reader);
  const inside = reader.source.slice(reader.at, end);
  reader.at = end + 1;
  const { pattern } = compilePattern(`[${inside}]`);
  return (
    [...'xX0-_ .@/a'].find((letter) => pattern?.test(letter)) ?? inside.replace(/^[\^\\]+/, '').charAt(0)
  );
}

function classEnd({ source, at }: Reader): number {
  let end = source[at] === '^' ? at + 1 : at;
  if (source[end] === ']') end += 1;
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
  return end;
}

const MAX_TIMES = 1_000;

function readTimes(reader: Reader): number {
  const found = /^(?:([?*+])|\{(\d+)(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at));
  if (found === null) return 1;
  reader.at += found[0].length;
  const [, sign, times] = found;
  return sign === undefined ? Math.min(Number(times), MAX_TIMES) : sign === '+' ? 1 : 0;
}
