import { matchesOf } from '../matches.ts';
import type { Span } from './view.ts';

/** Text that markup keeps from being shown: comments, hidden elements, attributes that are read aloud at most. */
const UNSEEN: readonly RegExp[] = [
  // Nothing is asked of the end: where there is none, each beginning would be read up to the next 2,000.
  /<!--((?:[^-]|-(?!->)){4,2000})/g,
  /<[a-z]\w{0,20}\b[^<>]{0,300}?(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?(?:0|1px)|opacity\s?:\s?0(?![.\d]*[1-9])|color\s?:\s?(?:white|#fff(?:fff)?|transparent)|left\s?:\s?-\d{3,}|\shidden\b|aria-hidden)[^<>]{0,300}>([^<]{4,2000})/gi,
  /<[a-z][^<>]{0,300}?\b(?:alt|title|aria-label|content|placeholder)\s{0,2}=\s{0,2}(?:"([^"]{8,1000})"|'([^']{8,1000})')/gi,
  /^\[(?:\/\/|comment|_|\s)?\]:\s{0,4}(?:#|<>)\s{0,4}(?:\(([^\n)]{4,1000})\)|"([^\n"]{4,1000})")/gim,
];
const MAX_RUNS = 200;

/** Text in places that a reader does not see, at most 200 of them. */
export function unseenRuns(text: string): (Span & { text: string })[] {
  const runs: (Span & { text: string })[] = [];
  for (const pattern of UNSEEN) {
    for (const match of matchesOf(text, pattern)) {
      const shown = match[1] ?? match[2] ?? '';
      runs.push({ start: match.index, end: match.index + match[0].length, text: shown });
      if (runs.length >= MAX_RUNS) return runs;
    }
  }
  return runs;
}
