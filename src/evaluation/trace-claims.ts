import { LRUCache } from 'lru-cache';

/** The trace a plan names is in use by somebody else. */
export class TraceConflict extends Error {
  readonly code = 'trace_conflict';

  constructor(traceId: string) {
    super(`trace_id "${traceId}" is in use; choose another, or leave it out to have one made`);
  }
}

/** What the index knows of the traces that are in the log. */
export type TraceSources = {
  traceState(traceId: string): Promise<{ tenant_id?: string } | undefined>;
};

/** How many owners are remembered: many more than plans can be in flight, so none is forgotten before it is indexed. */
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

  /** Claims a trace for a tenant. Rejects with `TraceConflict` where it belongs to another one. */
  async claim(traceId: string, tenantId: string | undefined): Promise<void> {
    let owner = this.#owners.get(traceId);
    if (owner === undefined) {
      const state = await this.#sources.traceState(traceId);
      // Somebody may have claimed it while the index was read: the first claim in memory wins.
      owner = this.#owners.get(traceId) ?? { tenant: state === undefined ? tenantId : state.tenant_id };
      this.#owners.set(traceId, owner);
    }
    if (owner.tenant !== tenantId) throw new TraceConflict(traceId);
  }
}
