import { matchesOf } from '../matches.ts';
import type { Marks } from './marks.ts';
import type { Signs } from './signs.ts';
import { hasStretch, unitClass, unitRange } from './stretch.ts';
import type { Span } from './view.ts';
import { isKnown } from './vocabulary.ts';

/** A run of signs that stand for the characters of a text. */
export type CodedRun = Span & { text: string };
type Seen = { signs: Signs; marks: Marks };
/** `hint` is asked first, because it says no sooner. */
type Code = { hint(text: string, seen: Seen): boolean; pattern: RegExp; read(run: string): string };

const READABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}\s]--\ufffd]{6,}$/v;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const MORSE =
  '.- a -... b -.-. c -.. d . e ..-. f --. g .... h .. i .--- j -.- k .-.. l -- m -. n --- o .--. p --.- q .-. r ... s - t ..- u ...- v .-- w -..- x -.-- y --.. z';
const LETTER_OF_MORSE = morseTable();
const FIRST_BRAILLE = 0x2800;
/** The dots of the letters a to z. */
const BRAILLE = '⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵';
/** The words of the spelling alphabet of radio, which begin with the letters they stand for. */
const SPELLING_WORDS =
  'alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu';
const SPELLING_PAIR =
  /(?:india|echo|alfa|alpha|oscar|november|romeo|tango|sierra)[ ,./|-]{1,4}(?:alfa|alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliet|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu)/i;
const VOWEL_FIRST = /^[aeiou]/;

const DIGITS = unitRange('0', '9');
const BINARY_UNITS = unitClass('01 ,');
const NUMBER_UNITS = unitClass(`${DIGITS} ,;\\-`);
const MORSE_UNITS = unitClass('.- /|');
const BASE32_UNITS = unitClass(BASE32);
const NUMBERS = (text: string) => hasStretch(text, NUMBER_UNITS, 23);
const NOT_ASCII = /[^\0-\x7f]/;
const CODES: readonly Code[] = [
  {
    hint: (text) => hasStretch(text, BINARY_UNITS, 42),
    // Groups touch and are of two lengths: nothing may be asked of what follows, or each way to part them is tried.
    pattern: /(?<![01])[01]{7,8}(?:[ ,]{0,2}[01]{7,8}){5,4096}/g,
    read: (run) => fromNumbers(run, 2),
  },
  {
    hint: NUMBERS,
    pattern: /(?<![\d.])(?:\\?0?[0-7]{2,3}[ ,\\]{1,2}){7,4096}0?[0-7]{2,3}(?![\d.])/g,
    read: (run) => fromNumbers(run, 8),
  },
  {
    hint: NUMBERS,
    pattern: /(?<![\d.])(?:\d{2,3}[ ,;-]{1,2}){7,4096}\d{2,3}(?![\d.])/g,
    read: (run) => fromNumbers(run, 10),
  },
  {
    hint: NUMBERS,
    pattern: /(?<![\d.])\d{1,2}(?:-\d{1,2}){1,20}(?:[ ,/|]{1,3}\d{1,2}(?:-\d{1,2}){0,20}){2,200}(?![\d.])/g,
    read: readPlaces,
  },
  {
    hint: (text) => text.includes('chr('),
    pattern: /chr\(\d{2,3}\)(?:\s?[+.&,|]{1,2}\s?chr\(\d{2,3}\)){5,2000}/g,
    read: (run) => fromNumbers(run, 10),
  },
  {
    hint: (text, { signs }) => signs.isSpelled && SPELLING_PAIR.test(text),
    pattern: new RegExp(
      `(?<![a-z])(?:${SPELLING_WORDS})(?:[ ,./|-]{1,4}(?:${SPELLING_WORDS})){5,2000}`,
      'gi',
    ),
    read: readSpelling,
  },
  {
    hint: (text) => hasStretch(text, MORSE_UNITS, 23),
    pattern: /(?<![.-])[.-]{1,4}(?:[ /|]{1,3}[.-]{1,4}){11,4096}(?![.-])/g,
    read: readMorse,
  },
  {
    hint: (text) => hasStretch(text, BASE32_UNITS, 16),
    pattern: /(?<![A-Za-z0-9+/=])[A-Z2-7]{16,4096}={0,6}(?![A-Za-z0-9+/=])/g,
    read: readBase32,
  },
  { hint: (text) => text.includes('<~'), pattern: /<~([!-u\s]{10,4096}?)~>/g, read: readAscii85 },
  {
    hint: (text) => NOT_ASCII.test(text),
    pattern: /[\u2801-\u283f](?:[\u2800-\u283f ]{7,4096})/g,
    read: readBraille,
  },
  {
    hint: (_, { marks }) => marks.has('pig_latin'),
    pattern: /(?<![a-z])(?:[a-z'-]{1,20}ay[ ,.!?]{1,2}){3,400}[a-z'-]{1,20}ay(?![a-z])/gi,
    read: readPigLatin,
  },
];

/** Runs of binary, octal or decimal codes, Morse, base32, ASCII85, Braille and Pig Latin that say something readable. */
export function codedRuns(text: string, seen: Seen): CodedRun[] {
  return CODES.filter(({ hint }) => hint(text, seen)).flatMap(({ pattern, read }) =>
    matchesOf(text, pattern)
      .map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        text: read(match[0]),
      }))
      .filter((run) => READABLE.test(run.text) && /[a-z]{3}|[^\0-\x7f]/i.test(run.text)),
  );
}

function fromNumbers(run: string, radix: number): string {
  const digits = radix === 2 ? /[01]{7,8}/g : /\d{2,4}/g;
  const codes = (run.match(digits) ?? []).map((number) => Number.parseInt(number, radix));
  return Buffer.from(codes.map((code) => (code > 255 ? 0 : code))).toString('utf8');
}

/** Letters by their places in the alphabet, words parted by gaps. */
function readPlaces(run: string): string {
  return run
    .split(/[ ,/|]+/)
    .map((word) => String.fromCharCode(...word.split('-').map((place) => 96 + Math.min(Number(place), 27))))
    .join(' ')
    .replaceAll('{', '\ufffd');
}

/** Commas, bars and strokes part words; where there are none, letters run together. */
function readSpelling(run: string): string {
  return run
    .toLowerCase()
    .split(/\s*[,/|]\s*/)
    .map((word) =>
      matchesOf(word, /[a-z]+(?:-ray)?/g)
        .map(([name]) => name.charAt(0))
        .join(''),
    )
    .join(' ');
}

function morseTable(): Map<string, string> {
  const parts = MORSE.split(' ');
  return new Map(parts.flatMap((sign, index) => (index % 2 === 0 ? [[sign, parts[index + 1] ?? '']] : [])));
}

/** Words are parted by a bar or by more than one gap. */
function readMorse(run: string): string {
  const words = run.split(/ {0,1}[/|] {0,1}| {2,3}/);
  return words
    .map((word) =>
      word
        .split(' ')
        .map((sign) => LETTER_OF_MORSE.get(sign) ?? '')
        .join(''),
    )
    .join(' ');
}

function readBase32(run: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const digit of run.replace(/=+$/, '')) {
    bits = ((bits << 5) | BASE32.indexOf(digit)) & 0xffff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Buffer.from(bytes).toString('utf8');
}

function readAscii85(run: string): string {
  const digits = run.slice(2, -2).replace(/\s/g, '').replaceAll('z', '!!!!!');
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 5) {
    const group = digits.slice(at, at + 5);
    let value = 0;
    for (const digit of group.padEnd(5, 'u')) value = value * 85 + digit.charCodeAt(0) - 33;
    const word = Buffer.alloc(4);
    word.writeUInt32BE(value % 0x1_0000_0000);
    bytes.push(...word.subarray(0, group.length - 1));
  }
  return Buffer.from(bytes).toString('utf8');
}

function readBraille(run: string): string {
  return Array.from(run, (cell) => {
    const index = BRAILLE.indexOf(cell);
    if (index >= 0) return String.fromCharCode(97 + index);
    return cell === ' ' || cell.charCodeAt(0) === FIRST_BRAILLE ? ' ' : '';
  }).join('');
}

/** `evealray` is reveal, `ignoreway` is ignore. */
function readPigLatin(run: string): string {
  return run.toLowerCase().replace(/[a-z'-]{1,20}ay(?![a-z])/g, (word) => {
    const body = word.slice(0, -2);
    if (VOWEL_FIRST.test(body) && /[wy]$/.test(body)) return body.slice(0, -1);
    const turned = [3, 2, 1].map((length) => body.slice(-length) + body.slice(0, -length));
    return turned.find(isKnown) ?? turned[2] ?? body;
  });
}
