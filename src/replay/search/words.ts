/** Characters of a longer word that count. */
const MAX_WORD_LENGTH = 64;

const IS_ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
/** Choose how a picture is shown, and are no part of what is said. */
const VARIATION_SELECTORS = /[\uFE00-\uFE0F]/g;
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+|\p{Extended_Pictographic}/gv;

/**
 * The words of a text, in order: runs of letters, digits and marks, in compatibility form (NFKC) and lower case.
 * Everything else parts words and is none itself, but for pictures such as emoji. Where a script has no spaces (Han,
 * Hiragana, Katakana), every character is a word. Of a word longer than 64 characters the first 64 count.
 */
export function wordsOf(text: string): string[] {
  const words = IS_ASCII.test(text)
    ? text.toLowerCase().match(ASCII_WORD)
    : text.normalize('NFKC').toLowerCase().replaceAll(VARIATION_SELECTORS, '').match(WORD);
  return words === null ? [] : words.map(shortened);
}

function shortened(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : [...word].slice(0, MAX_WORD_LENGTH).join('');
}
