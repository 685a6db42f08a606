/** What a person's name comes down to: `Carol`, `carol ` and a full-width `ｃarol` are one person, and count as one. */
export function personKey(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** People who are on every list, as the first one spells them. */
export function onEvery(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  const accepted = others.map((names) => new Set(names.map(personKey)));
  return first.filter((name) => accepted.every((keys) => keys.has(personKey(name))));
}
