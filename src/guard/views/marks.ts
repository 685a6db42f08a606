import { type UnitClass, unitClass, unitRange } from './stretch.ts';

/** Ways to disguise a text that need a mark at some place of it; without one nobody has to look for them. */
export const MARKS = [
  'escape',
  'inside_word',
  'list',
  'parting',
  'first_number',
  'second_number',
  'assignment',
  'sum',
  'markup',
  'pig_latin',
] as const;
export type Mark = (typeof MARKS)[number];
export type Marks = ReadonlySet<Mark>;

/**
 * A mark begins with one of `units`, behind a unit of `before` and before one of `after`, where that is told of ASCII
 * units, and what stands there matches `pattern`. Classes are asked first: they say no sooner.
 */
type MarkForm = {
  mark: Mark;
  units: string;
  before?: UnitClass;
  after?: UnitClass;
  pattern?: RegExp;
};

const CODES = 0x1_0000;
const DIGITS = unitRange('0', '9');
const LETTERS = `${unitRange('a', 'z')}${unitRange('A', 'Z')}`;
const LETTER = unitClass(LETTERS);
const HEX = unitClass(`${DIGITS}${unitRange('a', 'f')}${unitRange('A', 'F')}`);
const SPACE = unitClass(' ');
const PICTURES = unitRange('\u2190', '\u2bff');
const NO_DIGIT = unitClass(DIGITS).map((isDigit) => 1 - isDigit);

/** Something that parts words, a word, and the same twice more: less may be an abbreviation. */
const PARTED = partedTwice();

const FORMS: readonly MarkForm[] = [
  { mark: 'escape', units: '%', after: HEX, pattern: /%[0-9A-Fa-f]{2}/y },
  { mark: 'escape', units: '&', after: unitClass('#lganqsz') },
  { mark: 'escape', units: '\\', after: unitClass('ux') },
  { mark: 'escape', units: '+', before: unitClass('uU'), after: HEX, pattern: /\+[0-9A-Fa-f]{4}/y },
  { mark: 'escape', units: '=', after: HEX, pattern: /=[0-9A-F]{2}=/y },
  { mark: 'escape', units: `${unitRange('\u249c', '\u24b5')}\ud83c` },
  { mark: 'inside_word', units: '<', before: LETTER, after: unitClass(`!/${LETTERS}`) },
  { mark: 'inside_word', units: '*~`', before: LETTER, pattern: /[*~`]{1,3}\p{L}{1,12}[*~`_]/uy },
  { mark: 'inside_word', units: '_', before: LETTER, after: unitClass('_'), pattern: /__\p{L}/uy },
  {
    mark: 'inside_word',
    units: '"\'',
    before: unitClass(`${LETTERS} `),
    after: unitClass(' \n+.&|,'),
    pattern: /["'][ \n]{0,4}[+.&|,]/y,
  },
  { mark: 'list', units: ',', before: unitClass('"\''), after: unitClass(' "\''), pattern: /, ?["']/y },
  { mark: 'parting', units: './', after: SPACE, pattern: PARTED },
  { mark: 'parting', units: `|>→${PICTURES}${unitRange('\udc00', '\udfff')}`, pattern: PARTED },
  {
    mark: 'first_number',
    units: '1١१১',
    after: NO_DIGIT,
    pattern: /.(?<=[A-Za-z\x80-\uffff][ _-]?(?:#|[nN][oO]\.? )?.)[^"'“”«\n]{0,24}["'“«]/y,
  },
  {
    mark: 'second_number',
    units: '2२২٢',
    after: NO_DIGIT,
    pattern: /.(?<=[A-Za-z\x80-\uffff][ _-]?(?:#|[nN][oO]\.? )?.)[^"'“”«\n]{0,24}["'“«]/y,
  },
  { mark: 'assignment', units: '=', after: unitClass(' "\''), pattern: /= {0,2}["'][^"'\n]{1,300}["']/y },
  { mark: 'sum', units: '+' },
  { mark: 'markup', units: '<', after: unitClass(`!${LETTERS}`) },
  { mark: 'markup', units: ']', after: unitClass(':'), pattern: /\]:\s{0,4}[#<]/y },
  {
    mark: 'pig_latin',
    units: 'yY',
    before: unitClass('aA'),
    after: SPACE,
    pattern: /. [a-z'-]{1,20}ay[ ,.!?]/iy,
  },
];

/** Which list of forms a unit may begin; of most units the empty one. */
const LIST_OF = new Uint8Array(CODES);
const LISTS: (readonly (MarkForm & { bit: number })[])[] = [[]];
for (const [code, forms] of formsByCode()) {
  const known = LISTS.findIndex(
    (list) => list.length === forms.length && list.every((form, at) => form === forms[at]),
  );
  LIST_OF[code] = known >= 0 ? known : LISTS.push(forms) - 1;
}

/** The marks a text shows: one pass over it. */
export function marksIn(text: string): Marks {
  let seen = 0;
  for (let at = 0; at < text.length; at += 1) {
    const list = LIST_OF[text.charCodeAt(at)] ?? 0;
    if (list === 0) continue;
    for (const form of LISTS[list] ?? [])
      if ((seen & form.bit) === 0 && standsAt(text, at, form)) seen |= form.bit;
  }
  return new Set(MARKS.filter((_, index) => ((seen >> index) & 1) === 1));
}

function standsAt(text: string, at: number, { before, after, pattern }: MarkForm): boolean {
  if (before !== undefined && !isIn(before, text.charCodeAt(at - 1))) return false;
  if (after !== undefined && !isIn(after, text.charCodeAt(at + 1))) return false;
  if (pattern === undefined) return true;
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Of other scripts, and beyond the ends of the text, the pattern decides. */
function isIn(units: UnitClass, code: number): boolean {
  return units[code] !== 0;
}

function partedTwice(): RegExp {
  const word = '[A-Za-z\\x80-\\uffff]{1,14}';
  const parting = '(?:\\. | / | ?(?:\\||[-=]>|[\\u2190-\\u2bff]|[\\ud83c-\\ud83e].)\\ufe0f?)';
  return new RegExp(`.\\ufe0f? ?${word}${parting} ?${word}${parting}`, 'y');
}

function formsByCode(): Map<number, (MarkForm & { bit: number })[]> {
  const byCode = new Map<number, (MarkForm & { bit: number })[]>();
  for (const form of FORMS.map((row) => ({ ...row, bit: 1 << MARKS.indexOf(row.mark) })))
    for (let at = 0; at < form.units.length; at += 1) {
      const code = form.units.charCodeAt(at);
      byCode.set(code, [...(byCode.get(code) ?? []), form]);
    }
  return byCode;
}
