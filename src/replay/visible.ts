const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Nothing that a terminal would obey, and nothing that cannot be seen. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}
