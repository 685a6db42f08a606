/** Shortest time for which events are kept unless somebody says otherwise: about six months (EU AI Act, Art. 19). */
export const FLOOR_DAYS = 183;

const DAY_MS = 86_400_000;

/** The time before which events may go where they are kept for so many days. */
export function cutoffOf(nowMs: number, days: number): string {
  return new Date(nowMs - days * DAY_MS).toISOString();
}

/** The rule in the words that the log keeps. */
export function ruleOf(days: number): string {
  return `keep ${days} days`;
}
