/** Words that attacks can hardly do without, long enough to be no accident when they stand there turned. */
const CORE = [
  'ignore',
  'previous',
  'instruction',
  'system',
  'prompt',
  'reveal',
  'password',
  'forget',
  'bypass',
  'disregard',
];
const HINT = /rot-?\d|caesar|cipher|shift(?:ed)? (?:by|each|cipher)/;
const NOT_ASCII = /[^\0-\x7f]/;
const A = 97;
/** Letters written upside down, in the order they stand for. */
const FLIPPED = 'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz';
const ANY_FLIPPED = /[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ].{0,8}[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]/;
const LATIN_OF_FLIPPED = new Map(
  Array.from(FLIPPED, (letter, index) => [letter, String.fromCharCode(A + index)]),
);

/** A way of turning a text that keeps its length. `isReversed`: the first character becomes the last. */
type Turn = { turn(text: string): string; isReversed: boolean };

const ROT13: Turn = { turn: (text) => shifted(text, 13), isReversed: false };
const ATBASH: Turn = { turn: atbash, isReversed: false };
const REVERSED: Turn = { turn: reversed, isReversed: true };

/** In words of these turns, what gives each of them away. */
const SIGNS = [ROT13, ATBASH, REVERSED].map((each) => ({
  each,
  words: new RegExp(CORE.map(each.turn).join('|')),
}));
const ANY_SIGN = new RegExp([...SIGNS.map(({ words }) => words.source), HINT.source].join('|'));
const SHIFTS = Array.from({ length: 25 }, (_, index) => index + 1).filter((by) => by !== 13);
const SHIFTED_SIGNS = SHIFTS.map((by) => ({
  by,
  words: new RegExp(CORE.map((word) => shifted(word, -by)).join('|')),
}));

const ANY_SHIFTED = new RegExp(SHIFTED_SIGNS.map(({ words }) => words.source).join('|'));

/** The ways to turn a folded text that make words of attacks appear in it. Length is kept. */
export function turns(folded: string): Turn[] {
  const found = ANY_SIGN.test(folded) ? likelyTurns(folded) : [];
  if (NOT_ASCII.test(folded) && ANY_FLIPPED.test(folded))
    found.push({ turn: (text) => reversed(upright(text)), isReversed: true });
  return found;
}

function likelyTurns(folded: string): Turn[] {
  const found = SIGNS.filter(({ words }) => words.test(folded)).map(({ each }) => each);
  const isShifted = HINT.test(folded) && ANY_SHIFTED.test(folded);
  const shift = isShifted ? SHIFTED_SIGNS.find(({ words }) => words.test(folded)) : undefined;
  if (shift !== undefined) found.push({ turn: (text) => shifted(text, shift.by), isReversed: false });
  return found;
}

function shifted(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - A + by + 26) % 26) + A),
  );
}

function atbash(text: string): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(2 * A + 25 - letter.charCodeAt(0)));
}

/** Code units, not characters: what a pair of surrogates says is no part of a phrase. */
function reversed(text: string): string {
  return text.split('').reverse().join('');
}

function upright(text: string): string {
  return Array.from(text, (letter) => LATIN_OF_FLIPPED.get(letter) ?? letter).join('');
}
