/** Words that attacks can hardly do without, long enough to be no accident when they stand there turned. */
export const CORE_WORDS: readonly string[] =
  'ignore previous instruction system prompt reveal password forget bypass disregard guideline developer restrict everything conversation secret'.split(
    ' ',
  );

export const A = 0x61;
export const LETTERS = 26;

export function atbash(text: string): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(2 * A + LETTERS - 1 - letter.charCodeAt(0)));
}

/** Code units, not characters: what a pair of surrogates says is no part of a phrase. */
export function reversed(text: string): string {
  return text.split('').reverse().join('');
}
