/** Longest condition, in characters. */
export const MAX_SOURCE = 2_000;
/** Deepest nesting of brackets, and of the expression itself. */
export const MAX_NESTING = 32;
/** How many of `all`, `exists`, `exists_one`, `map` and `filter` may stand inside each other. */
export const MAX_LOOPS = 2;
/** Longest list that a condition goes through or makes. */
export const MAX_LIST = 1_000;
/** Most steps that one condition may take on one step of a plan. */
export const MAX_STEPS = 10_000;

/** What is wrong with a condition, and at which character of it. */
export class ConditionError extends Error {
  readonly offset: number;
  readonly hint: string | undefined;

  constructor(offset: number, message: string, hint?: string) {
    super(message);
    this.name = 'ConditionError';
    this.offset = offset;
    this.hint = hint;
  }
}

/**
 * Refuses what the parser should not even see: a text too long to be read, or brackets so deep that a parser that
 * descends into them could run out of stack. One pass, no backtracking; brackets inside quotes do not count.
 */
export function checkSource(source: string): void {
  if (source.length > MAX_SOURCE) {
    throw new ConditionError(
      0,
      `the condition has ${source.length} characters, more than ${MAX_SOURCE}`,
      'write several rules, or lists in `args`',
    );
  }
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at] as string;
    if (char === '"' || char === "'") at = endOfText(source, at);
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    if (depth > MAX_NESTING) throw nestedTooDeep(at);
  }
}

export function nestedTooDeep(offset: number): ConditionError {
  return new ConditionError(offset, `the condition is nested deeper than ${MAX_NESTING} levels`);
}

/** Where the text that begins with the quote at `start` ends: its last quote, or the end of the source. */
function endOfText(source: string, start: number): number {
  const quote = source[start] as string;
  const mark = source.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const isRaw = /[rR]/.test(source[start - 1] ?? '');
  for (let at = start + mark.length; at < source.length; at += 1) {
    if (source[at] === '\\' && !isRaw) at += 1;
    else if (source.startsWith(mark, at)) return at + mark.length - 1;
  }
  return source.length;
}
