import { withoutUnseen, withSpaces } from './unseen.ts';

/**
 * What a person's name comes down to: `Carol`, `carol `, a full-width `ｃarol` and one with something unseen in it are one
 * person, and count as one. Empty for a name of which nothing can be seen.
 */
export function personKey(name: string): string {
  const seen = withoutUnseen(withSpaces(name.normalize('NFKC')))
    .replaceAll(/\s+/g, ' ')
    .trim();
  // Upper case first: it writes out letters that lower case knows in two forms (ß and SS, ς and σ).
  return seen.toUpperCase().toLowerCase().normalize('NFKC');
}

/** Whether two names count as one person where two people are needed. */
export type SamePerson = (one: string, other: string) => boolean;

/** Whether two names are one person's. */
export function isSameName(one: string, other: string): boolean {
  return personKey(one) === personKey(other);
}

/** People who are on every list, as the first one spells them. */
export function onEvery(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  const accepted = others.map((names) => new Set(names.map(personKey)));
  return first.filter((name) => accepted.every((keys) => keys.has(personKey(name))));
}
