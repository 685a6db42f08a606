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
