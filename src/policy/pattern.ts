import { RE2JS } from '@bufbuild/re2';

/** A compiled regular expression; `test` is true where some part of the text matches. */
export type Pattern = { test(text: string): boolean };

/** Longest pattern, in characters. */
const MAX_PATTERN_LENGTH = 1000;

/**
 * Compiles RE2 syntax: linear time on every text, so no pattern of a policy or a tool's schema can freeze the
 * gateway. What RE2 does not have (look-around, back references) is an error here, never a pattern that means
 * something else.
 */
export function compilePattern(
  source: string,
): { pattern: Pattern; error?: never } | { pattern?: never; error: string } {
  if (source.length > MAX_PATTERN_LENGTH)
    return { error: `the pattern is longer than ${MAX_PATTERN_LENGTH} characters` };
  try {
    return { pattern: RE2JS.compile(source) };
  } catch (error) {
    return { error: `not a pattern RE2 accepts: ${error instanceof Error ? error.message : String(error)}` };
  }
}
