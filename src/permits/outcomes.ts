import type { OutcomeEntry, OutcomeStore } from './permit-store.ts';

/** The outcome of this plan has been reported, or is being reported by another request. */
export class OutcomeConflict extends Error {
  readonly code = 'outcome_reported';
}

/** A plan that is taken for one report. `last`: the outcome that was reported of it before. */
export type OutcomeClaim = { last: OutcomeEntry | undefined; release(): void };

/** Lets one outcome of a plan be reported at a time. */
export class Outcomes {
  readonly #store: OutcomeStore;
  readonly #reporting = new Set<string>();

  constructor(deps: { store: OutcomeStore }) {
    this.#store = deps.store;
  }

  /**
   * Takes the plan, as `planRef` names it, for one report. The caller MUST call `release` once the events are durable
   * or could not be written. Rejects with `OutcomeConflict`.
   */
  async claim(tenantId: string, planRef: string): Promise<OutcomeClaim> {
    const plan = JSON.stringify([tenantId, planRef]);
    if (this.#reporting.has(plan)) {
      throw new OutcomeConflict('an outcome of this plan is being reported by another request');
    }
    this.#reporting.add(plan);
    const release = (): void => {
      this.#reporting.delete(plan);
    };
    try {
      return { last: await this.#store.outcome(tenantId, planRef), release };
    } catch (error) {
      release();
      throw error;
    }
  }
}
