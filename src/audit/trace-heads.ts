import { LRUCache } from 'lru-cache';
import type { TraceHead } from './event.ts';

/**
 * The last event of each trace the log has seen lately.
 *
 * Heads of groups that are not committed yet are never forgotten: nobody else knows them. Those of committed
 * groups are kept for the `limit` traces used last; the index knows the rest.
 */
export class TraceHeads {
  readonly #uncommitted = new Map<string, { head: TraceHead; groups: number }>();
  readonly #committed: LRUCache<string, TraceHead>;

  constructor(limit: number) {
    this.#committed = new LRUCache({ max: limit });
  }

  get(traceId: string): TraceHead | undefined {
    return this.#uncommitted.get(traceId)?.head ?? this.#committed.get(traceId);
  }

  /** Moves the head of a trace on by one group that waits to be committed. */
  advance(traceId: string, head: TraceHead): void {
    const waiting = this.#uncommitted.get(traceId);
    if (waiting === undefined) this.#uncommitted.set(traceId, { head, groups: 1 });
    else {
      waiting.head = head;
      waiting.groups += 1;
    }
  }

  /** Notes that the oldest waiting group of the trace is committed, and the index knows its head. */
  commit(traceId: string): void {
    const waiting = this.#uncommitted.get(traceId);
    if (waiting === undefined) return;
    waiting.groups -= 1;
    if (waiting.groups > 0) return;
    this.#uncommitted.delete(traceId);
    this.#committed.set(traceId, waiting.head);
  }

  /** Takes over a head read from the log itself. */
  restore(traceId: string, head: TraceHead): void {
    this.#committed.set(traceId, head);
  }
}
