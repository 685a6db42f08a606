import type { Redaction } from '../guard/finding.ts';
import { fold } from '../guard/views/fold.ts';
import type { Chunk } from './classifier.ts';

/** A sentence that is longer is cut: models read a few hundred words. */
const MAX_CHUNK_CHARACTERS = 1_000;
/** Sentences below this are put together with the next: an "ok." says nothing by itself. */
const MIN_CHUNK_CHARACTERS = 24;
/** What may be asked about of one text. */
const MAX_TEXT_CHARACTERS = 262_144;

/** The end of a sentence with the gap behind it, or an end of a line. Bounded, and each unit is looked at once. */
const SENTENCE_END = /[.!?…。！？]["')\]]{0,3}\s|[。！？]|\n/g;

export type ChunkedText = { pointer: string; text: string; redactions: readonly Redaction[] };

/**
 * The sentences of texts, folded and without secrets, in their order, at most `limit`; `partial` says that there were
 * more. A classifier finds far more in sentences than in whole texts. Pure.
 */
export function chunksOf(
  texts: readonly ChunkedText[],
  limit: number,
): { chunks: Chunk[]; partial: boolean } {
  const chunks: Chunk[] = [];
  let partial = false;
  for (const { pointer, text, redactions } of texts) {
    partial ||= text.length > MAX_TEXT_CHARACTERS;
    for (const { start, end } of sentencesOf(text.slice(0, MAX_TEXT_CHARACTERS))) {
      const sent = fold(withoutSecrets(text, { start, end }, redactions)).trim();
      if (sent === '') continue;
      if (chunks.length === limit) return { chunks, partial: true };
      chunks.push({ pointer, start, end, text: sent });
    }
  }
  return { chunks, partial };
}

type Span = { start: number; end: number };

function* sentencesOf(text: string): Generator<Span> {
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    if (end - start < MIN_CHUNK_CHARACTERS) continue;
    yield* cut({ start, end });
    start = end;
  }
  yield* cut({ start, end: text.length });
}

function* cut({ start, end }: Span): Generator<Span> {
  for (let from = start; from < end; from += MAX_CHUNK_CHARACTERS)
    yield { start: from, end: Math.min(end, from + MAX_CHUNK_CHARACTERS) };
}

/** What of a sentence is no secret. Redactions come in order and do not overlap. */
function withoutSecrets(text: string, { start, end }: Span, redactions: readonly Redaction[]): string {
  let sent = '';
  let from = start;
  for (const redaction of redactions) {
    if (redaction.end <= from || redaction.start >= end) continue;
    sent += `${text.slice(from, Math.max(from, redaction.start))}[${redaction.kind}]`;
    from = Math.min(end, redaction.end);
  }
  return sent + text.slice(from, end);
}
