import { isGlob, matchesGlob } from '../../glob.ts';

/** Names, and whether every other name is covered by the same patterns as one of them. */
export type JointNames = { names: string[]; isComplete: boolean };

/** A name that no file is likely to have. */
export const OTHER_NAME = 'some-other-name';
const MAX_EXACT = 200;
const MAX_GLOBS = 12;
/** Ways to be inside several patterns at once that are followed. */
const MAX_STATES = 2_000;
/** How often one of these may be met again, for a name that is not among the exact ones. */
const MAX_VISITS = 3;
const MAX_LENGTH = 256;

/**
 * One name for every way in which names can be covered by some of the patterns and not by others: each exact name, and for
 * the globs one that fits each possible choice of them together, so `finance` for `fin*` and `*ance`.
 */
export function jointNames(patterns: readonly string[]): JointNames {
  const listed = [...new Set(patterns)];
  const exact = listed.filter((name) => !isGlob(name));
  const globs = listed.filter(isGlob);
  const kept = exact.slice(0, MAX_EXACT);
  const found = new Map<string, string>();
  const choices = new Set<string>();
  const note = (name: string) => {
    const covered = globs.map((glob) => (matchesGlob(glob, name) ? '1' : '0')).join('');
    choices.add(covered);
    if (!found.has(covered) && !exact.includes(name)) found.set(covered, name);
  };
  note(nameNotIn(exact));
  for (const glob of globs) note(glob.replaceAll(/[*?]/g, 'x'));
  const isWhole = globs.length <= MAX_GLOBS && globs.length > 0 ? explore(globs, note) : globs.length === 0;
  return {
    names: [...new Set([...found.values(), ...kept])],
    // Where a choice was only met by names that are exact ones, others that fit it are none of those tried.
    isComplete: isWhole && kept.length === exact.length && choices.size === found.size,
  };
}

/** A name that is none of these, however they were chosen. */
function nameNotIn(names: readonly string[]): string {
  const taken = new Set(names);
  for (let count = 1, name = OTHER_NAME; ; count += 1, name = `${OTHER_NAME}-${count}`)
    if (!taken.has(name)) return name;
}

type Way = { name: string; places: Set<number>[] };

/** Calls `note` with a name for every choice of globs that some name fits; false where it ended before the end. */
function explore(globs: readonly string[], note: (name: string) => void): boolean {
  const letters = lettersOf(globs);
  const visits = new Map<string, number>();
  let frontier: Way[] = [{ name: '', places: globs.map((glob) => opened(glob, new Set([0]))) }];
  while (frontier.length > 0) {
    const next = frontier
      .flatMap((way) => letters.map((letter) => onward(globs, way, letter)))
      .filter((way) => isFresh(visits, way));
    if (visits.size > MAX_STATES || (next[0]?.name.length ?? 0) > MAX_LENGTH) return false;
    for (const { name } of next) note(name);
    frontier = next;
  }
  return true;
}

function onward(globs: readonly string[], { name, places }: Way, letter: string): Way {
  return {
    name: name + letter,
    places: places.map((place, index) => step(globs[index] as string, place, letter)),
  };
}

/** Whether one stands in all patterns as nowhere before, or not often. */
function isFresh(visits: Map<string, number>, { places }: Way): boolean {
  const key = places.map((place) => [...place].sort((a, b) => a - b).join()).join(';');
  const seen = visits.get(key) ?? 0;
  visits.set(key, seen + 1);
  return seen < MAX_VISITS;
}

/** Every letter of the patterns, and one of none. */
function lettersOf(globs: readonly string[]): string[] {
  const used = new Set(globs.flatMap((glob) => glob.replaceAll(/[*?]/g, '').split('')));
  const unused = [...'xyzqwvkjabcdefghilmnoprstu0123456789'].find((letter) => !used.has(letter));
  return [...used, unused ?? '~'];
}

/** Where in a glob one can stand after a letter. */
function step(glob: string, places: ReadonlySet<number>, letter: string): Set<number> {
  const moved = new Set<number>();
  for (const place of places) {
    const expected = glob[place];
    if (expected === '*') moved.add(place);
    else if (expected === '?' || expected === letter) moved.add(place + 1);
  }
  return opened(glob, moved);
}

/** A `*` may also stand for nothing. */
function opened(glob: string, places: Set<number>): Set<number> {
  for (const place of places) if (glob[place] === '*') places.add(place + 1);
  return places;
}
