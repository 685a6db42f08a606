import { HistoryLedger } from '../history/history-ledger.ts';
import type { Bundle } from '../policy/bundle.ts';
import { Recall, type RecallDeps } from './recall.ts';

/** What a bundle newly asks of the past is read before it becomes active, if that takes no longer than this. */
const WAIT_MS = 5_000;

type Asking = { bundle: Pick<Bundle, 'history' | 'content'> };

/** The past as the active bundle asks for it. `prepare` before a bundle becomes active, `use` in the turn in which it does. */
export type BundlePast = {
  history: HistoryLedger;
  recall: Recall;
  prepare(next: Asking): Promise<void>;
  use(active: Asking): void;
};

/** A ledger that knows nothing yet, and what reads into it from the log what the bundles ask for. */
export function openBundlePast(deps: Omit<RecallDeps, 'ledger'>): BundlePast {
  const history = new HistoryLedger();
  const recall = new Recall({ ...deps, ledger: history });
  return {
    ...{ history, recall },
    prepare: async ({ bundle }) => {
      if (history.useAlso(bundle.history)) recall.run(bundle.content);
      await recall.ended(WAIT_MS);
    },
    use: ({ bundle }) => {
      if (history.use(bundle.history)) recall.run(bundle.content);
    },
  };
}
