import { createHash } from 'node:crypto';
import type { GuardSettings } from './finding.ts';
import { withoutEscapes } from './secrets/all-secrets.ts';
import { encodedTexts } from './secrets/encoded-secrets.ts';
import { decodedRuns } from './views/decoded.ts';
import type { Span } from './views/view.ts';

/** A canary that was found; one that was encoded stands for the whole run. */
export type CanaryPlace = Span & { id: string };

/** Signs of which a canary can be made, and the ones among them that also part words: in an address, a name, a sentence. */
const RUN = /[\w.+/=~-]{8,}/g;
const PARTING = /[.+/=~_-]/g;
/** The shortest canary in base64. */
const MIN_ENCODED = 11;
/** Values that are hashed of one text, and one more for so many characters: far more than a text holds that somebody reads. */
const MAX_HASHED = 20_000;
const HASHED_SHARE = 4;

/**
 * Canaries in a text: as they stand there, between any signs that part words; behind escapes; and in runs of base64 or
 * hexadecimal digits. A canary is known by its hash and length only, so what could be one is hashed.
 */
export function canaryPlaces(text: string, canaries: GuardSettings['canaries']): CanaryPlace[] {
  if (canaries.length === 0) return [];
  const find = finderOf(canaries);
  const encoded = [...decodedRuns(text), ...encodedTexts(text, MIN_ENCODED)].flatMap((run) =>
    find(run.text).map(({ id }) => ({ id, start: run.start, end: run.end })),
  );
  const blank = withoutEscapes(text);
  return apart([...find(text), ...(blank === text ? [] : find(blank)), ...encoded]);
}

function finderOf(canaries: GuardSettings['canaries']): (text: string) => CanaryPlace[] {
  const lengths = [...new Set(canaries.map(({ length }) => length))];
  const idOf = new Map(canaries.map(({ id, sha256 }) => [sha256, id]));
  return (text) =>
    valuesIn(text, lengths).flatMap(({ start, end }) => {
      const id = idOf.get(createHash('sha256').update(text.slice(start, end)).digest('hex'));
      return id === undefined ? [] : [{ id, start, end }];
    });
}

/** Stretches that have one of the lengths, the first so many. */
function valuesIn(text: string, lengths: readonly number[]): Span[] {
  const limit = MAX_HASHED + text.length / HASHED_SHARE;
  const values: Span[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    for (const { start, end } of valuesOfRun(run, lengths)) {
      if (values.length >= limit) return values;
      values.push({ start: index + start, end: index + end });
    }
  }
  return values;
}

/** From one parting sign to another, or to an end. */
function* valuesOfRun(run: string, lengths: readonly number[]): Generator<Span> {
  const edges = edgesOf(run);
  for (let start = edges.indexOf(1); start >= 0; start = edges.indexOf(1, start + 1)) {
    for (const length of lengths) if (edges[start + length] === 1) yield { start, end: start + length };
  }
}

/** 1 at each offset of a run where a word may begin or end. */
function edgesOf(run: string): Uint8Array {
  const edges = new Uint8Array(run.length + 1);
  edges[0] = edges[run.length] = 1;
  for (const { index } of run.matchAll(PARTING)) edges[index] = edges[index + 1] = 1;
  return edges;
}

/** Each place once, in order; of what overlaps the earlier and longer. */
function apart(places: readonly CanaryPlace[]): CanaryPlace[] {
  const kept: CanaryPlace[] = [];
  for (const each of places.toSorted((one, other) => one.start - other.start || other.end - one.end))
    if (each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}
