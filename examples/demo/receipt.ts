import { createHash } from 'node:crypto';

/** One line of the log, as `GET /audit` gives it back. */
export type LogEvent = {
  sequence: number;
  event_type: string;
  hash: string;
  prev_hash: string;
  trace_prev_hash?: string;
};

const NOTHING_BEFORE = `sha256:${'0'.repeat(64)}`;

/** The hash an event must have: SHA-256 over its canonical JSON (RFC 8785) without the member `hash`. */
export function hashOf({ hash: _own, ...rest }: LogEvent): string {
  return `sha256:${createHash('sha256').update(canonical(rest)).digest('hex')}`;
}

/** What is wrong with the events of one trace, given in order; `undefined` when each hash is right and each names the one before. */
export function faultIn(events: readonly LogEvent[]): string | undefined {
  let before = NOTHING_BEFORE;
  for (const event of events) {
    if (hashOf(event) !== event.hash) return `event ${event.sequence} was changed`;
    if (event.trace_prev_hash !== before) return `an event is missing before ${event.sequence}`;
    before = event.hash;
  }
  return undefined;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
