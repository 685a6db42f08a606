/**
 * What a global pattern matches in a text, in order, at most `limit` times. The same as `matchAll`, which makes a pattern anew each time and costs
 * more than most searches.
 */
export function matchesOf(
  text: string,
  pattern: RegExp,
  limit = Number.POSITIVE_INFINITY,
): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null && found.length < limit; match = pattern.exec(text)) {
    found.push(match);
    if (match[0] === '') pattern.lastIndex += 1;
  }
  return found;
}

/** Where a global pattern matches in a text, in order. */
export function placesOf(text: string, pattern: RegExp): { start: number; end: number }[] {
  return matchesOf(text, pattern).map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
}
