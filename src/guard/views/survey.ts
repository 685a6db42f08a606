import { WordRows } from './spelling.ts';
import type { Span } from './view.ts';

/** Where run `n` of letters begins and ends, for `n` below `count`. */
export type LetterRuns = { starts: Uint32Array; ends: Uint32Array; count: number };
/** The runs of five or more letters from a to z in a folded text, in order, and where its words are oddly spelled. */
export type Survey = { runs: LetterRuns; odd: Span[] };

/** Shorter runs are no use to those who ask. */
const MIN_RUN = 5;
/** What a unit is to the pass: most are letters, which end nothing. */
const LETTER = 0;
const OTHER = 1;
const DIGITAL = 2;
const GAP = 3;
/** Digits and signs that are written for letters. */
const FOR_LETTERS = '0123456789$@!|';
const KINDS = kindTable();

/** One pass over a folded text, because several views begin with its words. */
export function surveyOf(folded: string): Survey {
  const runs = roomForRuns(folded.length);
  const rows = new WordRows();
  let runStart = 0;
  let wordStart = 0;
  let signs = 0;
  let digital = 0;
  for (let at = 0; at < folded.length; at += 1) {
    const kind = KINDS[folded.charCodeAt(at)] ?? OTHER;
    if (kind === LETTER) continue;
    if (at - runStart >= MIN_RUN) addRun(runs, runStart, at);
    runStart = at + 1;
    if (kind !== GAP) {
      signs += 1;
      if (kind === DIGITAL) digital += 1;
      continue;
    }
    rows.add(folded, { start: wordStart, end: at, signs, digital });
    wordStart = at + 1;
    signs = 0;
    digital = 0;
  }
  if (folded.length - runStart >= MIN_RUN) addRun(runs, runStart, folded.length);
  rows.add(folded, { start: wordStart, end: folded.length, signs, digital });
  return { runs, odd: rows.regions() };
}

function roomForRuns(length: number): LetterRuns {
  const most = Math.ceil(length / (MIN_RUN + 1));
  return { starts: new Uint32Array(most), ends: new Uint32Array(most), count: 0 };
}

function addRun(runs: LetterRuns, start: number, end: number): void {
  runs.starts[runs.count] = start;
  runs.ends[runs.count] = end;
  runs.count += 1;
}

function kindTable(): Uint8Array {
  const kinds = new Uint8Array(128).fill(OTHER);
  kinds.fill(LETTER, 0x61, 0x7b);
  for (const unit of FOR_LETTERS) kinds[unit.charCodeAt(0)] = DIGITAL;
  for (const gap of ' \n') kinds[gap.charCodeAt(0)] = GAP;
  return kinds;
}
