import { sha256 } from '../json/canonical.ts';
import type { GroupFrame, PreparedEvent } from './prepared-group.ts';

/** Bytes of a line without its newline: a leaf of a C2SP tlog-tiles log has a 16-bit length. */
export const MAX_LINE_BYTES = 65_535;

/** The `prev_hash` of a log's first event and the `trace_prev_hash` of a trace's first. */
export const NO_HASH = `sha256:${'0'.repeat(64)}`;

/** Where one event stands in the log and in its trace. */
export type EventPlace = {
  event_id: string;
  sequence: number;
  prev_hash: string;
  trace_sequence: number;
  trace_prev_hash: string;
  /** RFC 3339, UTC, milliseconds. */
  timestamp: string;
};

/**
 * The line of one event, without its newline, and its hash. `payload` is canonical JSON, empty where there is none.
 *
 * The line is put together in the order of RFC 8785, and `hash` is spliced into the very text it covers. All members
 * before `hash` are scalars: a reader finds `hash` at its first occurrence and can cut it out again.
 */
export function eventLine(
  frame: GroupFrame,
  event: Omit<PreparedEvent, 'payload'>,
  { payload, place }: { payload: string; place: EventPlace },
): { line: string; hash: string } {
  const before =
    `{${frame.agent}${event.verdict}"event_id":"${place.event_id}","event_type":"${event.event_type}",` +
    frame.plan;
  const after =
    `${payload === '' ? '' : `"payload":${payload},`}${frame.bundle}"prev_hash":"${place.prev_hash}",` +
    `${frame.provenance}${event.reason}${frame.mode}"sequence":${place.sequence},${event.step}${frame.tenant}` +
    `"timestamp":"${place.timestamp}"${event.tool}${frame.trace}` +
    (frame.trace === ''
      ? '}'
      : `,"trace_prev_hash":"${place.trace_prev_hash}","trace_sequence":${place.trace_sequence}}`);
  // Hashing makes one flat string of all the parts; slices of it cost nothing, the parts would be put together again.
  const covered = before + after;
  const hash = sha256(covered);
  const line = `${covered.slice(0, before.length)}"hash":"${hash}",${covered.slice(before.length)}`;
  return { line, hash };
}
