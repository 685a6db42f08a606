import type { SinkKind } from './sink-config.ts';

export const SINK_STATES = ['running', 'failing', 'full'] as const;

/**
 * How a sink is. `running`: the last attempt succeeded, or there was none. `failing`: it did not, and there will be
 * another one. `full`: it has as many dead letters as it may, and goes on when they are sent again or taken away.
 */
export type SinkStatus = {
  name: string;
  kind: SinkKind;
  state: (typeof SINK_STATES)[number];
  /** The event that comes next; absent while the position could not be read. */
  next_sequence?: number;
  /** Of the last attempt, if it failed. */
  error?: string;
  next_attempt_at?: string;
  dead_letters: number;
  /** Since the start: events delivered, attempts that failed. */
  delivered: number;
  failures: number;
};

/** What the log is told of a sink. */
export type SinkWord = {
  event_type: 'sink_failing' | 'sink_recovered' | 'sink_repositioned';
  payload: Record<string, unknown>;
};
