import type { CommittedGroup, EventContext, EventDraft } from '../../src/audit/event.ts';

/** The instant of the first group; each one after it is a second later. */
export const FIRST_TIME_MS = Date.UTC(2026, 10, 2, 9, 0, 0);

/** Whose plans the groups are of, unless a test says otherwise. */
export const AGENT = 'agent-1';

/** Committed groups as a log would hand them on, with made-up hashes: sequences, offsets and times in order. */
export class GroupMaker {
  #sequence = 0;
  #offset = 0;
  #groups = 0;
  readonly #traceSequences = new Map<string, number>();

  /** One more group of the log. */
  next(given: EventContext, events: readonly EventDraft[]): CommittedGroup {
    const context = given.execution_plan_id === undefined ? given : { agent_id: AGENT, ...given };
    const first = this.#sequence;
    const bytes = 100 * events.length;
    this.#sequence += events.length;
    const group: CommittedGroup = {
      context,
      events,
      first_sequence: first,
      last_sequence: this.#sequence - 1,
      first_event_id: `event-${first}`,
      last_event_id: `event-${this.#sequence - 1}`,
      hash: hashOf(this.#sequence - 1),
      offset: this.#offset,
      bytes,
      timestamp: timeOf(this.#groups),
    };
    this.#offset += bytes;
    this.#groups += 1;
    return { ...group, ...this.#placeInTrace(context.trace_id, events.length) };
  }

  /** The group of one decision, as short as one can be. */
  decision(context: EventContext, made: Partial<EventDraft> = {}): CommittedGroup {
    return this.next({ tenant_id: 'acme', agent_id: 'agent-1', ...context }, [
      { event_type: 'plan_received' },
      { event_type: 'decision_made', decision: 'allow', reason: 'allowed', control: 'none', ...made },
    ]);
  }

  #placeInTrace(traceId: string | undefined, events: number): { trace_sequence?: number } {
    if (traceId === undefined) return {};
    const last = (this.#traceSequences.get(traceId) ?? -1) + events;
    this.#traceSequences.set(traceId, last);
    return { trace_sequence: last };
  }
}

export function hashOf(sequence: number): string {
  return `sha256:${sequence.toString(16).padStart(64, '0')}`;
}

/** The time of the group with this number, from 0. */
export function timeOf(group: number): string {
  return new Date(FIRST_TIME_MS + group * 1000).toISOString();
}
