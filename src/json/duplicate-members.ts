import { toPointer } from './pointer.ts';

/**
 * The JSON pointer of the first member whose name stands twice in its object, or `undefined` where there is none.
 *
 * Reads a text that `JSON.parse` accepted; slow and thorough, because it runs only to explain a refusal.
 */
export function findDuplicateMember(text: string): string | undefined {
  return new DuplicateFinder(text).value([]);
}

class DuplicateFinder {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(path: (string | number)[]): string | undefined {
    this.skip(/[\s]*/y);
    const opening = this.text[this.at];
    if (opening === '{') return this.object(path);
    if (opening === '[') return this.array(path);
    if (opening === '"') this.string();
    else this.skip(/[^\s,\]}]*/y);
    return undefined;
  }

  private object(path: (string | number)[]): string | undefined {
    const names = new Set<string>();
    this.at += 1;
    while (this.more('}')) {
      const name = this.string();
      if (names.has(name)) return toPointer([...path, name]);
      names.add(name);
      this.skip(/[\s]*:/y);
      const found = this.value([...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private array(path: (string | number)[]): string | undefined {
    this.at += 1;
    for (let index = 0; this.more(']'); index += 1) {
      const found = this.value([...path, index]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Moves to the next item; false, past the closing bracket, where there is none. */
  private more(closing: string): boolean {
    this.skip(/[\s,]*/y);
    if (this.at < this.text.length && this.text[this.at] !== closing) return true;
    this.at += 1;
    return false;
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    while (this.at < this.text.length && this.text[this.at] !== '"')
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at += 1;
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    if (pattern.test(this.text)) this.at = pattern.lastIndex;
  }
}
