/** Single letters or digits with gaps or signs between them, as in `i g n o r e` or `i-g-n-o-r-e`. */
const SPACED_LETTERS = /(?<![^\s"'([{<])\S(?:[\s._*|/,+~-]{1,3}[^\s._*|/,+~-]){7}(?=[\s._*|/,+~-]|$)/;
const TWO_SPACED_LETTERS = /[\s._*|/,+~-][^\s._*|/,+~-][\s._*|/,+~-]{1,3}[^\s._*|/,+~-][\s._*|/,+~-]/;
/** A letter that touches a digit or sign which is written for another letter, as in `1gn0r3`. */
const LEET = /[A-Za-z][0-9$!|@]{1,3}(?=[A-Za-z])|(?<![A-Za-z0-9.])[013457@$][A-Za-z]/g;
const ANY_LEET = /[A-Za-z][0-9$!|@]{1,3}[A-Za-z]/;
const MIN_LEET = 3;
/** So many letters in one go are no word of any language we know but those of chemists. */
const RUN_TOGETHER = /[A-Za-z0-9]{26}/;
/** Text cut into pieces of one length. */
const CHUNKS = /(?<!\S)(?:(?:\w{3} ){6}|(?:\w{4} ){6}|(?:\w{5} ){6}|(?:\w{2} ){8}|(?:\w{6} ){6})/;

/** True where words are spelled with gaps or signs inside, without gaps between, or with digits for letters. */
export function isSpelledOddly(text: string): boolean {
  if (TWO_SPACED_LETTERS.test(text) && SPACED_LETTERS.test(text)) return true;
  if (RUN_TOGETHER.test(text) || CHUNKS.test(text)) return true;
  return ANY_LEET.test(text) && (text.match(LEET)?.length ?? 0) >= MIN_LEET;
}
