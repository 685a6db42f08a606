import type { Guard } from '../guard/finding.ts';

/** Strings up to this length are remembered: names, ids and words come again with every plan. */
const SHORT = 64;
/** How many are remembered before all are forgotten. */
const REMEMBERED = 10_000;

/**
 * Tells whether anything in a value would have to be redacted. Nearly no plan holds a secret, and telling so costs a
 * fraction of building a redacted copy of everything that is recorded of it.
 */
export class SecretScreen {
  readonly #secrets: Guard['secrets'];
  readonly #clean = new Set<string>();

  constructor(secrets: Guard['secrets']) {
    this.#secrets = secrets;
  }

  /** True where a string or a key anywhere in the value holds a secret. */
  holdsSecret(value: unknown): boolean {
    if (typeof value === 'string') return this.#isSecret(value);
    if (value === null || typeof value !== 'object') return false;
    if (Array.isArray(value)) return value.some((item) => this.holdsSecret(item));
    for (const key in value) {
      if (this.#isSecret(key) || this.holdsSecret((value as Record<string, unknown>)[key])) return true;
    }
    return false;
  }

  #isSecret(text: string): boolean {
    if (this.#clean.has(text)) return false;
    if (this.#secrets(text).length > 0) return true;
    if (text.length <= SHORT) this.#remember(text);
    return false;
  }

  #remember(text: string): void {
    if (this.#clean.size >= REMEMBERED) this.#clean.clear();
    this.#clean.add(text);
  }
}
