const A = 0x61;
const LETTERS = 26;
/** Shorter words are no use to those who ask. */
const MIN_LENGTH = 5;

/** Where run `n` of letters begins and ends, for `n` below `count`. */
export type LetterRuns = { starts: Uint32Array; ends: Uint32Array; count: number };

/** The runs of five or more letters from a to z in a folded text, in order. */
export function letterRuns(folded: string): LetterRuns {
  const most = Math.ceil(folded.length / (MIN_LENGTH + 1));
  const starts = new Uint32Array(most);
  const ends = new Uint32Array(most);
  let count = 0;
  let start = 0;
  for (let at = 0; at <= folded.length; at += 1) {
    const letter = at < folded.length ? folded.charCodeAt(at) - A : -1;
    if (letter >= 0 && letter < LETTERS) continue;
    if (at - start >= MIN_LENGTH) {
      starts[count] = start;
      ends[count] = at;
      count += 1;
    }
    start = at + 1;
  }
  return { starts, ends, count };
}
