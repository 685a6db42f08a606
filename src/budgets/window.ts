import type { Window } from './budget.ts';

/** The span of time a counter covers. `start` is part of the counter's key. */
export type WindowSpan = {
  /** RFC 3339 of the first millisecond in the window; the word `total` where there is no end. */
  start: string;
  /** RFC 3339 of the first millisecond after the window; absent for `total`. */
  ends_at?: string;
};

const FIXED_MS: Partial<Record<Window, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** As `windowAt` for one window, which is worked out anew only when the time leaves it. */
export function windowsOf(window: Window): (nowMs: number) => WindowSpan {
  let [from, until] = [0, 0];
  let span: WindowSpan = { start: '' };
  return (nowMs) => {
    if (nowMs < from || nowMs >= until) {
      span = windowAt(window, nowMs);
      from = span.ends_at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(span.start);
      until = span.ends_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(span.ends_at);
    }
    return span;
  };
}

/**
 * The window that holds `nowMs` (milliseconds since 1970). All windows start on UTC boundaries; leap seconds do
 * not exist in this clock, and daylight saving does not reach it.
 */
export function windowAt(window: Window, nowMs: number): WindowSpan {
  if (window === 'total') return { start: 'total' };
  const fixed = FIXED_MS[window];
  if (fixed !== undefined) {
    const start = Math.floor(nowMs / fixed) * fixed;
    return { start: isoTime(start), ends_at: isoTime(start + fixed) };
  }
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { start: isoTime(Date.UTC(year, month, 1)), ends_at: isoTime(Date.UTC(year, month + 1, 1)) };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
