import { isGlob, matchesGlob } from '../glob.ts';

/** Names that there are, found by pattern without asking each of them. */
export class KnownList {
  readonly #names: ReadonlySet<string>;
  readonly #sorted: readonly string[];
  readonly #covered = new Map<string, readonly string[]>();

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
    this.#sorted = [...this.#names].sort();
  }

  get all(): readonly string[] {
    return this.#sorted;
  }

  /** Those that a name or a pattern stands for. */
  coveredBy(name: string): readonly string[] {
    if (!isGlob(name)) return this.#names.has(name) ? [name] : [];
    const known = this.#covered.get(name) ?? this.#withStart(/^[^*?]*/.exec(name)?.[0] ?? '', name);
    this.#covered.set(name, known);
    return known;
  }

  #withStart(start: string, glob: string): string[] {
    const found: string[] = [];
    for (let at = this.#placeOf(start); this.#sorted[at]?.startsWith(start); at += 1) {
      const name = this.#sorted[at] as string;
      if (matchesGlob(glob, name)) found.push(name);
    }
    return found;
  }

  /** Of the first name that is not before `start`. */
  #placeOf(start: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as string) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
