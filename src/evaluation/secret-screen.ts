import type { EventGroup } from '../audit/event.ts';
import type { Guard } from '../guard/finding.ts';
import { linesOfSecret, unescaped } from '../guard/redact-json.ts';
import type { SecretNames } from '../guard/secrets/secret-names.ts';
import { type KnownSecrets, knowing } from './known-secrets.ts';
import { isPlaceGivenAway, redactGroup } from './redact-group.ts';

/** Strings up to this length are remembered: names, ids and words come again with every plan. */
const SHORT = 64;
/** What stands last in the pointer to an item of a list, of any list that fits into a body. */
const ITEM = /^\d{1,6}$/;
/** How many are remembered before all are forgotten. */
const REMEMBERED = 10_000;

/**
 * Tells whether anything in a value would have to be redacted. Nearly no plan holds a secret, and telling so costs a
 * fraction of building a redacted copy of everything that is recorded of it.
 */
export class SecretScreen {
  readonly #secrets: Guard['secrets'];
  readonly #isSecretName: SecretNames;
  readonly #clean = new Set<string>();
  /** Names of members and whether they give a secret away; plans have few different ones. */
  readonly #names = new Map<string, 'any' | 'text' | 'none'>();
  /** The list whose items were looked at last. */
  #list: { pointer: string; isSecret: boolean } | undefined;

  constructor(secrets: Guard['secrets'], isSecretName: SecretNames) {
    this.#secrets = secrets;
    this.#isSecretName = isSecretName;
  }

  /** The same, which does not look again in texts whose secrets are known. */
  knowing(known: KnownSecrets): SecretScreen {
    return new SecretScreen(knowing(this.#secrets, known), this.#isSecretName);
  }

  /** The group as it may be written: itself, where it holds no secret. */
  clean(group: EventGroup): EventGroup {
    return this.holdsSecret(group) ? this.redact(group) : group;
  }

  /** The group with every secret taken out. */
  redact(group: EventGroup): EventGroup {
    return redactGroup(group, this.#secrets, this.#isSecretName);
  }

  /** True where a string or a key anywhere in the value holds a secret. */
  holdsSecret(value: unknown): boolean {
    if (typeof value === 'string') return this.#isSecret(value);
    if (value === null || typeof value !== 'object') return false;
    if (Array.isArray(value))
      return value.some((item) => this.holdsSecret(item)) || linesOfSecret(value, this.#secrets).size > 0;
    for (const key in value) {
      const member = (value as Record<string, unknown>)[key];
      if (this.#isSecret(key) || this.holdsSecret(member) || this.#isGivenAway(key, member)) return true;
    }
    return false;
  }

  /** True where a text that is recorded with its place holds a secret, or the names on the way to it give one away. */
  holdsSecretText({ pointer, text }: { pointer: string; text: string }): boolean {
    return this.#isSecret(text) || this.#isSecretPlace(pointer);
  }

  /** True where a name on the way to a place says that what stands there is a secret, whatever it looks like. */
  isGivenAway(pointer: string): boolean {
    return isPlaceGivenAway(pointer, this.#isSecretName);
  }

  /** Items of a list differ by a short number, which is no secret and no part of one: their list is looked at once. */
  #isSecretPlace(pointer: string): boolean {
    const end = pointer.lastIndexOf('/') + 1;
    const name = pointer.slice(end);
    if (!ITEM.test(name)) return this.#isSecret(pointer) || this.isGivenAway(pointer);
    const list = pointer.slice(0, end);
    if (this.#list?.pointer !== list) {
      const first = `${list}0`;
      this.#list = { pointer: list, isSecret: this.#isSecret(first) || this.isGivenAway(first) };
    }
    return this.#list.isSecret || this.#isSecretName(name) !== undefined;
  }

  #isGivenAway(name: string, member: unknown): boolean {
    if (member === null || member === '') return false;
    let kind = this.#names.get(name);
    if (kind === undefined) {
      kind = this.#isSecretName(name) ?? 'none';
      if (this.#names.size >= REMEMBERED) this.#names.clear();
      this.#names.set(name, kind);
    }
    // A number under a telling name stays; whether an object holds a text, redacting finds out.
    return kind === 'any' || (kind === 'text' && (typeof member === 'string' || typeof member === 'object'));
  }

  #isSecret(text: string): boolean {
    if (this.#clean.has(text)) return false;
    if (this.#secrets(text).length > 0) return true;
    const plain = unescaped(text);
    if (plain !== text && this.#secrets(plain).length > 0) return true;
    if (text.length <= SHORT) this.#remember(text);
    return false;
  }

  #remember(text: string): void {
    if (this.#clean.size >= REMEMBERED) this.#clean.clear();
    this.#clean.add(text);
  }
}
