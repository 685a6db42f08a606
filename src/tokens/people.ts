import { personKey } from '../policy/person-name.ts';

/** A token, and the name of who made it. */
export type Made = { name: string; created_by?: string };

/**
 * Who counts as one person. Two names do that read the same, and so do two of which one had the other made, through however many
 * tokens between them, revoked ones too: whoever makes a token can use it. Two tokens of one maker are two people.
 */
export class People {
  /** Makers of the tokens of a name. */
  readonly #makers = new Map<string, Set<string>>();

  /** Takes note of a token. One that nobody made, as the first of a gateway, says nothing. */
  add({ name, created_by }: Made): void {
    if (created_by === undefined) return;
    const key = personKey(name);
    const makers = this.#makers.get(key) ?? new Set();
    this.#makers.set(key, makers.add(personKey(created_by)));
  }

  isSame(one: string, other: string): boolean {
    const [a, b] = [personKey(one), personKey(other)];
    return a === b || this.#before(a).has(b) || this.#before(b).has(a);
  }

  /** Everybody who had a part in the tokens of a name. */
  #before(key: string): Set<string> {
    const found = new Set(this.#makers.get(key));
    for (const maker of found) for (const earlier of this.#makers.get(maker) ?? []) found.add(earlier);
    return found;
  }
}
