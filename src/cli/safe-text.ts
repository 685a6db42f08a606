/**
 * Text from a log for a terminal: whatever a terminal would act upon, or that turns the direction of writing, is
 * shown as its code. A log holds what agents wrote.
 */
export function safeText(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The same for a message of several lines: its own ends of lines stay. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n');
}

/** A value as JSON for a terminal: the same value to whoever parses it, and nothing in it that a terminal would act upon. */
export function safeJson(value: unknown): string {
  return `${safeJsonText(JSON.stringify(value, undefined, 2))}\n`;
}

/** The same for what is JSON already. It has the lowest control characters escaped: a newline is one between members. */
export function safeJsonText(json: string): string {
  return json.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    // The two halves of a character beyond the first 65,536 are escaped one by one.
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
