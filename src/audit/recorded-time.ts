const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.(\d{1,12}))?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * A point in time (RFC 3339) in the form in which events carry it: UTC, milliseconds, four digits of a year, so that texts
 * compare as times do. What lies between two milliseconds becomes the later one: no event is between them, so whatever
 * happened before or after the one happened before or after the other. `undefined` for what is no such time, or none of the
 * years 0000 to 9999 in UTC.
 */
export function recordedTime(text: string): string | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, fraction = ''] = match;
  const rest = /[1-9]/.test(fraction.slice(3)) ? 1 : 0;
  const ms = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1')) + rest;
  if (Number.isNaN(ms)) return undefined;
  const written = new Date(ms).toISOString();
  return written.length === '0000-00-00T00:00:00.000Z'.length ? written : undefined;
}

/** Whether a text is a point in time exactly as events carry it, and not only of its form: there is no 45th of a month. */
export function isRecordedTime(text: string): boolean {
  return recordedTime(text) === text;
}
