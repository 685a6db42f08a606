import type { FollowedLine } from './followed-logs.ts';

/**
 * What came of an attempt. `refused`: the target is there and will not have these very events; sending them again
 * changes nothing. `failed`: whatever else went wrong; they are sent again.
 */
export type Outcome =
  | { type: 'delivered' }
  | { type: 'refused'; error: string }
  | { type: 'failed'; error: string; retryAfterMs?: number };

/** A way out of the process. The lines are of one log. `send` never rejects; once the signal fires it answers soon. */
export type Channel = {
  send(lines: readonly FollowedLine[], signal: AbortSignal): Promise<Outcome>;
};
