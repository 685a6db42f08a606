/** What may stand between two words of one order: anything but the end of a sentence. */
const BETWEEN = '[^.!?;。！？।؟]';
const WORD_START = '(?<!\\p{L})';
const REST_OF_WORD = '\\p{L}{0,12}';

export type TogetherOptions = {
  /** Characters between two of the words. */
  window: number;
  /** Words are written without gaps, or grow onto each other: no word boundaries are asked for. */
  isRunOn: boolean;
  /** Words that turn the head around when they stand right before or right after it. */
  not?: string;
  /** What may stand between two of the words: anything but the end of a sentence, unless said otherwise. */
  between?: string;
};

/**
 * The source of a pattern that matches a head where, for each of the parts, one of its words stands near, before or after
 * it. Order is free, so languages that put the verb last need no rule of their own. `parts` are alternations of
 * literals. What was found is captured in groups whose names begin with `back` or `fore`: the phrase reaches from the
 * longest of one kind to the longest of the other. `name` keeps the groups of several such patterns apart.
 */
export function together(
  head: string,
  parts: readonly string[],
  { window, isRunOn, not, between = BETWEEN, name = '' }: TogetherOptions & { name?: string },
): string {
  const edge = isRunOn ? '' : WORD_START;
  const rest = isRunOn ? '' : REST_OF_WORD;
  const headWord = `(?:${head})${rest}`;
  const gap = `${between}{0,${window}}?`;
  const near = parts.map((part, index) => {
    const id = `${name}${index}`;
    return `(?:(?<=(?<back${id}>${edge}(?:${part})${gap}))|(?=(?<fore${id}>${headWord}${gap}${edge}(?:${part})${rest})))`;
  });
  const guard = not === undefined ? '' : `(?<!(?:${not}) ?)(?!${headWord} ?(?:${not}))`;
  return `${guard}(?=${head})${near.join('')}${headWord}`;
}
