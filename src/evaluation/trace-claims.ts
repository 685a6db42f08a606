import { LRUCache } from 'lru-cache';
import type { TraceHead } from '../audit/event.ts';

/** The trace a plan names is in use by somebody else. */
export class TraceConflict extends Error {
  readonly code = 'trace_conflict';

  constructor(traceId: string) {
    super(`trace_id "${traceId}" is in use; choose another, or leave it out to have one made`);
  }
}

/** What is known of traces: their owner and their last event. */
export type TraceSources = {
  /** What the log remembers of recent and uncommitted traces. */
  knownHead(traceId: string): TraceHead | undefined;
  /** What the index knows of all committed ones. */
  traceState(traceId: string): Promise<{ tenant_id?: string; head: TraceHead } | undefined>;
};

/** How many recent owners are remembered; at least as many as plans can be in flight. */
const REMEMBERED = 20_000;

/**
 * Hands a trace to the tenant that uses it first and keeps every other tenant out of it, so that no plan can write
 * into somebody else's record.
 */
export class TraceClaims {
  readonly #sources: TraceSources;
  readonly #owners = new LRUCache<string, { tenant: string | undefined }>({ max: REMEMBERED });

  constructor(sources: TraceSources) {
    this.#sources = sources;
  }

  /**
   * Claims a trace for a tenant and gives its last event as the index knows it; `undefined` for a new trace, and for
   * one whose head the log remembers itself. Throws `TraceConflict` where the trace belongs to another tenant.
   */
  async claim(traceId: string, tenantId: string | undefined): Promise<TraceHead | undefined> {
    const owner = this.#owners.get(traceId);
    if (owner !== undefined && this.#sources.knownHead(traceId) !== undefined) {
      this.#check(traceId, owner.tenant, tenantId);
      return undefined;
    }
    const state = await this.#sources.traceState(traceId);
    // Somebody may have claimed it while the index was read: the first claim in memory wins.
    const known = this.#owners.get(traceId) ?? { tenant: state === undefined ? tenantId : state.tenant_id };
    this.#owners.set(traceId, known);
    this.#check(traceId, known.tenant, tenantId);
    return state?.head;
  }

  #check(traceId: string, owner: string | undefined, tenantId: string | undefined): void {
    if (owner !== tenantId) throw new TraceConflict(traceId);
  }
}
