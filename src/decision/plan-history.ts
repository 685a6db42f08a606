import type { StepView } from '../policy/bundle.ts';
import { valuesAt } from '../policy/history.ts';
import { MAX_COUNT } from '../policy/history-schema.ts';
import type { HistoryCount, HistoryQuery, PastStep } from '../policy/past.ts';
import { isDoubt } from '../policy/truth.ts';
import type { HistoryFact } from './facts.ts';
import { pastSteps } from './past-steps.ts';
import type { StageInput } from './stage.ts';

/** What one step may ask of the past. */
export type StepHistory = {
  countOf: NonNullable<StepView['historyOf']>;
  /** Whether something was asked that the facts do not speak of. */
  lacksRecord(): boolean;
};

type Maybe = boolean | 'perhaps';

/**
 * The past of each step of a plan: what the facts say of plans that were decided before, and the steps of the plan
 * itself that come first. One that the step depends on surely does; one that neither depends on the other perhaps does.
 */
export class PlanHistory {
  readonly #input: Pick<StageInput, 'plan' | 'facts'>;
  readonly #steps: readonly PastStep[];
  readonly #before = new Map<number, ReadonlySet<number>>();
  readonly #texts = new Map<string, ReturnType<typeof valuesAt>>();
  readonly #fresh = new Map<string, Maybe>();

  constructor(input: Pick<StageInput, 'plan' | 'facts' | 'bundle' | 'flow'>) {
    this.#input = input;
    this.#steps = pastSteps(input);
  }

  /** The past of the step at `index`. */
  of(index: number): StepHistory {
    let lacksRecord = false;
    return {
      countOf: (query) => {
        const fact = this.#fact(index, query);
        lacksRecord ||= fact === undefined || this.#lacksFresh(query);
        if (fact === undefined || fact === null) return undefined;
        const [least, most] = typeof fact === 'number' ? [fact, fact] : fact;
        const own = this.#own(index, query);
        return { least: Math.min(least + own.least, MAX_COUNT), most: Math.min(most + own.most, MAX_COUNT) };
      },
      lacksRecord: () => lacksRecord,
    };
  }

  /** What was recorded of other plans; `undefined` where nothing was. */
  #fact(index: number, { key }: HistoryQuery): HistoryFact | undefined {
    const { plan, facts } = this.#input;
    const id = plan.steps[index]?.step_id ?? '';
    const { history = {} } = facts;
    // A step may be called like a member that every object inherits.
    const ofStep = Object.hasOwn(history, id) ? history[id] : undefined;
    return ofStep !== undefined && Object.hasOwn(ofStep, key) ? ofStep[key] : undefined;
  }

  /** Whether a step of the plan that may count as new was never asked about. */
  #lacksFresh({ seenBefore, test }: HistoryQuery): boolean {
    if (seenBefore === undefined) return false;
    return this.#steps.some((step, at) => test(step) !== false && this.#fact(at, seenBefore) === undefined);
  }

  /** Steps of the plan itself that come before the one at `index`. They count if the plan runs, and then they are allowed. */
  #own(index: number, query: HistoryQuery): HistoryCount {
    const count = { least: 0, most: 0 };
    if (this.#steps.length === 1 || !query.decisions.includes('allow')) return count;
    const asked = this.#values(index, query.same).text;
    for (const [at, step] of this.#steps.entries()) {
      const precedes = this.#precedes(at, index);
      if (precedes === false) continue;
      const counts = this.#counts(at, step, query, asked);
      if (counts === false) continue;
      count.most += 1;
      if (precedes === true && counts === true) count.least += 1;
    }
    return count;
  }

  #counts(at: number, step: PastStep, query: HistoryQuery, asked: string | undefined): Maybe {
    const truth = query.test(step);
    if (truth === false) return false;
    const { text, missing } = this.#values(at, query.same);
    if (missing !== undefined || (text !== undefined && text !== asked)) return false;
    const fresh = query.seenBefore === undefined || this.#isFresh(at, query.seenBefore);
    if (fresh === false) return false;
    return isDoubt(truth) || text === undefined || fresh === 'perhaps' ? 'perhaps' : true;
  }

  /** Whether nobody had used a step's values before it. */
  #isFresh(at: number, seenBefore: HistoryQuery): Maybe {
    const id = `${at}\n${seenBefore.key}`;
    const known = this.#fresh.get(id);
    if (known !== undefined) return known;
    const { text, missing } = this.#values(at, seenBefore.same);
    const fresh = missing === undefined && (text === undefined ? 'perhaps' : this.#isUnseen(at, seenBefore));
    this.#fresh.set(id, fresh);
    return fresh;
  }

  #isUnseen(at: number, seenBefore: HistoryQuery): Maybe {
    const fact = this.#fact(at, seenBefore) ?? null;
    if (fact === null) return 'perhaps';
    const own = this.#own(at, seenBefore);
    const [least, most] = typeof fact === 'number' ? [fact, fact] : fact;
    if (least + own.least > 0) return false;
    return most + own.most > 0 ? 'perhaps' : true;
  }

  #values(at: number, pointers: readonly string[]): ReturnType<typeof valuesAt> {
    const id = `${at}\n${pointers.join('\n')}`;
    let values = this.#texts.get(id);
    if (values === undefined) {
      values = valuesAt(pointers, this.#steps[at] as PastStep);
      this.#texts.set(id, values);
    }
    return values;
  }

  /** Whether the step at `first` runs before the one at `second`. */
  #precedes(first: number, second: number): Maybe {
    if (first === second || this.#allBefore(first).has(second)) return false;
    return this.#allBefore(second).has(first) || 'perhaps';
  }

  /** The steps that one depends on, through others as well. */
  #allBefore(index: number): ReadonlySet<number> {
    const known = this.#before.get(index);
    if (known !== undefined) return known;
    const { steps } = this.#input.plan;
    const before = new Set<number>();
    for (const id of steps[index]?.depends_on ?? []) {
      const needed = steps.findIndex(({ step_id }) => step_id === id);
      before.add(needed);
      for (const earlier of this.#allBefore(needed)) before.add(earlier);
    }
    this.#before.set(index, before);
    return before;
  }
}
