import type { OutcomeStore } from './permit-store.ts';

/** An outcome of this plan has been reported, or is being reported by another request. */
export class OutcomeConflict extends Error {
  readonly code = 'outcome_reported';
}

/** Lets every plan have one outcome: the first that is reported. */
export class Outcomes {
  readonly #store: OutcomeStore;
  readonly #reporting = new Set<string>();

  constructor(deps: { store: OutcomeStore }) {
    this.#store = deps.store;
  }

  /**
   * Takes the plan, as `planRef` names it, for one report. The caller MUST call the function it resolves with, once the events are durable
   * or could not be written. Rejects with `OutcomeConflict`.
   */
  async claim(tenantId: string, planRef: string): Promise<() => void> {
    const plan = JSON.stringify([tenantId, planRef]);
    if (this.#reporting.has(plan)) {
      throw new OutcomeConflict('an outcome of this plan is being reported by another request');
    }
    this.#reporting.add(plan);
    const release = (): void => {
      this.#reporting.delete(plan);
    };
    try {
      const known = await this.#store.outcome(tenantId, planRef);
      if (known === undefined) return release;
      throw new OutcomeConflict(`an outcome of this plan was reported at ${known.at}: ${known.status}`);
    } catch (error) {
      release();
      throw error;
    }
  }
}
