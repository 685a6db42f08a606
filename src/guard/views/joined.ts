import type { Span } from './view.ts';
import { knownWords } from './vocabulary.ts';

const LETTER_OF: Record<string, string> = {
  ...{ '0': 'o', '1': 'i', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'i', '+': 't', l: 'i' },
};
const A = 97;
const ALPHABET = 26;
/** A letter that belongs to no known word costs this many words. */
const LOOSE_LETTER = 2;
/** No letter: regions are apart. */
const BREAK = 26;
/** For each ASCII unit the letter it stands for, counted from 1; 0 where it stands for none. */
const LETTER_AT = Uint8Array.from({ length: 128 }, (_, code) => {
  const unit = String.fromCharCode(code);
  const letter = LETTER_OF[unit] ?? unit;
  return letter >= 'a' && letter <= 'z' && letter.length === 1 ? letter.charCodeAt(0) - A + 1 : 0;
});

/** The known words as a trie: `next[node * 26 + letter]`, and the spelling of the word that ends at a node. */
const TRIE = trieOf(knownWords());

/**
 * The words that the letters in some regions of a folded text spell, whatever gaps, signs and digits stand between and
 * for them: known words with a gap after each, and what lies between known words as it is. `1`, `!` and `l` are all
 * read as `i` or `l`, whichever makes a word. `offsets[n]` is where unit n of the result stood. Linear in the text.
 */
export function joinLetters(folded: string, regions: readonly Span[]): { text: string; offsets: number[] } {
  const letters: number[] = [];
  const places: number[] = [];
  for (const { start, end } of regions) {
    const parting = partingIn(folded.slice(start, end));
    for (let index = start; index < Math.min(end, folded.length); index += 1) {
      const letter = LETTER_AT[folded.charCodeAt(index)] ?? 0;
      if (letter === 0 || folded.charAt(index) === parting) continue;
      letters.push(letter - 1);
      places.push(index);
    }
    letters.push(BREAK);
    places.push(Math.max(start, Math.min(end, folded.length) - 1));
  }
  return spell(letters, places);
}

/** A bar or a plus that stands for every third unit of a region or more is no letter but parts them. */
function partingIn(region: string): string | undefined {
  return ['|', '+'].find((sign) => 3 * (region.split(sign).length - 1) >= region.length);
}

/** Cheapest cut first, from the end: `wordAt[n]` is the node of the word that begins at letter n, 0 for a loose letter. */
function spell(letters: readonly number[], places: readonly number[]): { text: string; offsets: number[] } {
  const costs = new Float64Array(letters.length + 1);
  const wordAt = new Int32Array(letters.length);
  for (let at = letters.length - 1; at >= 0; at -= 1) {
    costs[at] = (costs[at + 1] ?? 0) + LOOSE_LETTER;
    chooseWord(letters, at, { costs, wordAt });
  }
  return written(letters, places, wordAt);
}

/** The known word from one letter on that makes the rest cheapest, if it is cheaper than a loose letter. */
function chooseWord(
  letters: readonly number[],
  at: number,
  { costs, wordAt }: { costs: Float64Array; wordAt: Int32Array },
): void {
  let node = 0;
  for (let end = at; end < letters.length; end += 1) {
    const letter = letters[end] ?? BREAK;
    if (letter === BREAK) return;
    node = TRIE.next[node * ALPHABET + letter] ?? 0;
    if (node === 0) return;
    const cost = (costs[end + 1] ?? 0) + 1;
    if (TRIE.words[node] === undefined || cost > (costs[at] ?? 0)) continue;
    costs[at] = cost;
    wordAt[at] = node;
  }
}

function written(
  letters: readonly number[],
  places: readonly number[],
  wordAt: Int32Array,
): { text: string; offsets: number[] } {
  const parts: string[] = [];
  const offsets: number[] = [];
  let isLoose = false;
  for (let at = 0; at < letters.length; ) {
    const word = TRIE.words[wordAt[at] ?? 0];
    const part = word ?? looseLetter(letters[at]);
    if (parts.length > 0 && !(isLoose && word === undefined)) {
      parts.push(' ');
      offsets.push(places[at] ?? 0);
    }
    parts.push(part);
    for (let index = 0; index < part.length; index += 1) offsets.push(places[at + index] ?? 0);
    at += part.length;
    isLoose = word === undefined;
  }
  return { text: parts.join(''), offsets };
}

/** The end of a region ends a sentence. */
function looseLetter(letter = BREAK): string {
  return letter === BREAK ? '.' : String.fromCharCode(letter + A);
}

function trieOf(words: readonly string[]): { next: Int32Array; words: (string | undefined)[] } {
  const size = words.reduce((sum, word) => sum + word.length, 1);
  const next = new Int32Array(size * ALPHABET);
  const ends: (string | undefined)[] = [undefined];
  for (const word of words) {
    let node = 0;
    for (const unit of word.replaceAll('l', 'i')) {
      const edge = node * ALPHABET + unit.charCodeAt(0) - A;
      if (next[edge] === 0) {
        next[edge] = ends.length;
        ends.push(undefined);
      }
      node = next[edge] ?? 0;
    }
    ends[node] ??= word;
  }
  return { next, words: ends };
}
