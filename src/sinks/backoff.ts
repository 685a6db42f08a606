/** First wait, and the longest one. */
export type Backoff = { firstMs: number; maxMs: number };

/**
 * How long to wait after the n-th failed attempt in a row (n from 1): twice as long each time, spread over the upper
 * half so that many senders do not come back at once, and never sooner than the target asked. `random` is in [0, 1).
 */
export function waitAfter(
  attempt: number,
  { firstMs, maxMs }: Backoff,
  { random, retryAfterMs = 0 }: { random: number; retryAfterMs?: number },
): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(retryAfterMs, Math.round(full / 2 + (full / 2) * random));
}
