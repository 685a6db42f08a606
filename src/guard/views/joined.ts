const LETTER_OF: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  l: 'i',
};

/**
 * The letters of an already folded text alone: gaps, signs and digits out, digits and signs that stand for letters
 * replaced, and `l` read as `i`, because `1` is written for both. `offsets[n]` is where letter n stood.
 */
export function joinLetters(folded: string): { text: string; offsets: number[] } {
  const offsets: number[] = [];
  let text = '';
  for (let index = 0; index < folded.length; index += 1) {
    const unit = folded.charAt(index);
    const letter = LETTER_OF[unit] ?? unit;
    if (letter < 'a' || letter > 'z') continue;
    text += letter;
    offsets.push(index);
  }
  return { text, offsets };
}
