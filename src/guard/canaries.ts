import { hash } from 'node:crypto';
import { type Reading, readingsOf } from './canary-readings.ts';
import type { GuardSettings } from './finding.ts';
import { matchesOf } from './matches.ts';
import { decodedRuns } from './views/decoded.ts';
import { ALPHANUMERIC, stretches, unitClass } from './views/stretch.ts';
import type { Span } from './views/view.ts';

/** A canary that was found; one that was encoded stands for the whole run. */
export type CanaryPlace = Span & { id: string };

/** Signs of which a canary can be made, and the ones among them that also part words: in an address, a name, a sentence. */
const SIGNS = unitClass(`${ALPHANUMERIC}_.+/=~-`);
const PARTING = /[.+/=~_-]/g;
const PARTED = /[.+/=~_-]/;
/** The shortest canary in base64, what it may be written in, and what is a word. */
const MIN_ENCODED = 11;
const ENCODED = unitClass(`${ALPHANUMERIC}+/_-`);
const WORDS = /^[A-Za-z]?[a-z]+(?:[-_/][A-Za-z]?[a-z]+)*$/;
const HEX = /^[0-9A-Fa-f]+$/;
/** Digits of base64 that stand for three bytes together: a run that was cut may begin with any of them. */
const ALIGNMENTS = [0, 1, 2, 3];
/** Values that are hashed of one text, and one more for so many characters: far more than a text holds that somebody reads. */
const MAX_HASHED = 20_000;
const HASHED_SHARE = 4;

type Find = (reading: Reading) => CanaryPlace[];

/**
 * Canaries in a text: as they stand there, between any signs that part words; in lower or upper case, backwards, behind and in
 * escapes, with what nobody sees in them, in pieces of one length, over the ends of lines; and in runs of base64 or
 * hexadecimal digits, wherever these were cut. A canary is known by its hash and length only, so what could be one is hashed.
 */
export function canaryPlaces(text: string, canaries: GuardSettings['canaries']): CanaryPlace[] {
  if (canaries.length === 0) return [];
  const find = finderOf(canaries, MAX_HASHED + text.length / HASHED_SHARE);
  const readings = readingsOf(text);
  const encoded = readings.filter(({ holdsRuns }) => holdsRuns).flatMap(bytesOfRuns);
  const plain: Reading = { text, spanOf: (start, end) => ({ start, end }) };
  return apart(
    [...readings, ...encoded, ...runsAsText(decodedRuns(text), plain)].flatMap((reading) => find(reading)),
  );
}

/** What runs stand for; what is found in one stands for the whole run. */
function runsAsText(runs: readonly (Span & { text: string })[], { spanOf }: Reading): Reading[] {
  return runs.map(({ start, end, text }) => {
    const span = spanOf(start, end);
    return { text, spanOf: () => span };
  });
}

/** Runs of base64 or hexadecimal digits, and the bytes they may stand for, each as one unit. */
function bytesOfRuns(reading: Reading): Reading[] {
  if (reading.text.length < MIN_ENCODED) return [];
  return stretches(reading.text, ENCODED, MIN_ENCODED).flatMap(({ start, end }) => {
    const run = reading.text.slice(start, end);
    if (WORDS.test(run)) return [];
    const bytes = [
      ...ALIGNMENTS.map((cut) => Buffer.from(run.slice(cut), 'base64')),
      ...(HEX.test(run) ? [0, 1].map((cut) => Buffer.from(run.slice(cut), 'hex')) : []),
    ];
    return runsAsText(
      bytes.map((each) => ({ start, end, text: each.toString('latin1') })),
      reading,
    );
  });
}

function finderOf(canaries: GuardSettings['canaries'], limit: number): Find {
  const lengths = new Set(canaries.map(({ length }) => length));
  const idOf = new Map(canaries.map(({ id, sha256 }) => [sha256, id]));
  const known = new Map<string, string | undefined>();
  const idOfValue = (value: string): string | undefined => {
    if (known.has(value)) return known.get(value);
    if (known.size >= limit) return undefined;
    const id = idOfAny(value, idOf);
    known.set(value, id);
    return id;
  };
  return (reading) =>
    valuesIn(reading, lengths).flatMap(({ start, end }) => {
      const id = idOfValue(reading.text.slice(start, end));
      return id === undefined ? [] : [{ id, ...reading.spanOf(start, end) }];
    });
}

/** Words of prose have no digit, and canaries have one: what has none is looked for as it is. */
const DIGIT = /\d/;

/** A value as it was registered may be in one case, and what is seen in another, or backwards. */
function idOfAny(value: string, idOf: ReadonlyMap<string, string>): string | undefined {
  const id = idOf.get(hash('sha256', value));
  if (id !== undefined || !DIGIT.test(value)) return id;
  const others = [value.toLowerCase(), value.toUpperCase(), Array.from(value).reverse().join('')];
  for (const other of others) {
    const otherId = other === value ? undefined : idOf.get(hash('sha256', other));
    if (otherId !== undefined) return otherId;
  }
  return undefined;
}

/** Stretches that have one of the lengths. */
function valuesIn({ text, step }: Reading, lengths: ReadonlySet<number>): Span[] {
  const values: Span[] = [];
  const shortest = Math.min(...lengths);
  if (text.length < shortest) return values;
  for (const { start, end } of stretches(text, SIGNS, shortest)) {
    const run = text.slice(start, end);
    if (step === undefined && run.search(PARTED) < 0) {
      if (lengths.has(run.length)) values.push({ start, end });
    } else addValues(values, { index: start, edges: edgesOf(run, step), lengths });
  }
  return values;
}

/** From one edge to another. */
function addValues(
  values: Span[],
  { index, edges, lengths }: { index: number; edges: Uint8Array; lengths: ReadonlySet<number> },
): void {
  for (let start = edges.indexOf(1); start >= 0; start = edges.indexOf(1, start + 1)) {
    for (const length of lengths)
      if (edges[start + length] === 1) values.push({ start: index + start, end: index + start + length });
  }
}

/** 1 at each offset of a run where a word, or a piece of so many units, may begin or end. */
function edgesOf(run: string, step: number | undefined): Uint8Array {
  const edges = new Uint8Array(run.length + 1);
  edges[0] = edges[run.length] = 1;
  if (step !== undefined) for (let at = 0; at < run.length; at += step) edges[at] = 1;
  for (const { index } of matchesOf(run, PARTING)) edges[index] = edges[index + 1] = 1;
  return edges;
}

/** Each place once, in order; of what overlaps the earlier and longer. */
function apart(places: readonly CanaryPlace[]): CanaryPlace[] {
  const kept: CanaryPlace[] = [];
  for (const each of places.toSorted((one, other) => one.start - other.start || other.end - one.end))
    if (each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}
