import type { CommittedGroup, EventContext } from '../src/audit/event.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { GROUP_EVENTS } from './event-groups.ts';

const GROUPS_PER_COMMIT = 500;
const START_MS = Date.UTC(2026, 0, 1);
const BYTES_PER_EVENT = 650;

/** What is decided in group number `index`, and where its lines stand if anywhere. */
export type Filling = {
  context: EventContext;
  decision: string;
  tools: string[];
  correlation_id?: string;
  /** Also the hash of its last line: a trace that is read back is held against it. */
  place?: { offset: number; bytes: number; hash: string };
};

/**
 * Fills a store as the log of so many decisions would, through the projection itself, ten decisions a second. Lines
 * are there only where a filling says so: writing them all would take minutes and gigabytes, and a list reads none.
 */
export async function fillStore(
  file: string,
  groups: number,
  fillingOf: (index: number) => Filling,
): Promise<void> {
  const store = await openSqliteStore(file, { isFilling: true });
  const sequences = new Map<string, number>();
  for (let from = 0; from < groups; from += GROUPS_PER_COMMIT) {
    const count = Math.min(GROUPS_PER_COMMIT, groups - from);
    const batch = Array.from({ length: count }, (_, offset) =>
      committed(from + offset, fillingOf(from + offset), sequences),
    );
    await store.commit(batch);
  }
  await store.close();
}

function committed(index: number, filling: Filling, sequences: Map<string, number>): CommittedGroup {
  const events = GROUP_EVENTS.length;
  const { context, decision, tools, correlation_id, place } = filling;
  const trace = context.trace_id ?? '';
  const trace_sequence = (sequences.get(trace) ?? -1) + events;
  // Only traces that go on are kept: a million names would be measured as well.
  if (trace.startsWith('long-')) sequences.set(trace, trace_sequence);
  const first = index * events;
  return {
    context,
    events: [
      {
        event_type: 'decision_made',
        decision,
        reason: 'rule_matched',
        control: 'policy',
        payload: { tools, ...(correlation_id !== undefined && { correlation_id }) },
      },
    ],
    first_sequence: first,
    last_sequence: first + events - 1,
    first_event_id: `event-${first}`,
    last_event_id: `event-${first + events - 1}`,
    hash: place?.hash ?? `sha256:${first.toString(16).padStart(64, '0')}`,
    offset: place?.offset ?? first * BYTES_PER_EVENT,
    bytes: place?.bytes ?? events * BYTES_PER_EVENT,
    timestamp: timeOf(index),
    trace_sequence,
  };
}

/** The time of group number `index`. */
export function timeOf(index: number): string {
  return new Date(START_MS + index * 100).toISOString();
}
