import type { Action, Obligation } from '../../bundle.ts';
import { isLooser } from './leniency.ts';
import type { TriedStep, TriedVerdict } from './tried-step.ts';

export type Effect = 'loosened' | 'tightened';

/** What a bundle decides of a witness. */
export type WitnessSide = {
  decision: Action;
  reason: string;
  rules: string[];
  /** Present where the decision is the same and what it asks for is not. */
  terms?: { obligations: readonly Obligation[]; ttl_ms?: number; required?: number; approvers?: string[] };
};

/** A step that the two bundles decide differently. */
export type Witness = {
  tool_name: string;
  effect: Effect;
  before: WitnessSide;
  after: WitnessSide;
  step: TriedStep;
};

/** Steps that were decided differently and that the whole pipeline does not, after which no other of the kind is tried. */
const MAX_TRIES = 200;

/** Collects witnesses: one for each tool, transition and effect, and one for each change. */
export class Found {
  readonly #isConfirmed: (witness: Witness) => boolean;
  readonly #witnesses = new Map<string, Witness>();
  /** Transitions, by change and effect. */
  readonly #shown = new Map<string, Set<string>>();
  readonly #doubtful = new Map<string, Set<Effect>>();
  readonly #tries = new Map<string, number>();

  constructor(isConfirmed: (witness: Witness) => boolean) {
    this.#isConfirmed = isConfirmed;
  }

  get witnesses(): Witness[] {
    return [...this.#witnesses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, witness]) => witness);
  }

  /** Kinds of differences that were seen and that the whole pipeline did not confirm. */
  get dropped(): number {
    return [...this.#tries.keys()].filter((kind) => !this.#witnesses.has(kind.slice(kind.indexOf('\n') + 1)))
      .length;
  }

  isShown(change: string, effect: Effect): boolean {
    return this.transitionsOf(change, effect).length > 0;
  }

  /** The transitions (`block->allow`) by which a change is shown. */
  transitionsOf(change: string, effect: Effect): string[] {
    return [...(this.#shown.get(`${effect} ${change}`) ?? [])];
  }

  /** Whether some step was decided so and no plan of it was confirmed: then nothing is ruled out. */
  isDoubtful(change: string, effect: Effect): boolean {
    return this.#doubtful.get(change)?.has(effect) === true;
  }

  note(change: string, step: TriedStep, before: TriedVerdict, after: TriedVerdict): void {
    for (const effect of effectsOf(before, after)) {
      const witness = witnessOf(step, { effect, before, after });
      const kind = kindOf(witness);
      const transition = `${before.action}->${after.action}`;
      if (this.#witnesses.has(kind) && this.transitionsOf(change, effect).includes(transition)) continue;
      const tries = this.#tries.get(`${change}\n${kind}`) ?? 0;
      if (tries < MAX_TRIES && this.#isConfirmed(witness)) {
        if (!this.#witnesses.has(kind)) this.#witnesses.set(kind, witness);
        add(this.#shown, `${effect} ${change}`, transition);
      } else {
        this.#tries.set(`${change}\n${kind}`, tries + 1);
        add(this.#doubtful, change, effect);
      }
    }
  }
}

/** A change of terms may do both: one obligation more, another less. */
function effectsOf(before: TriedVerdict, after: TriedVerdict): Effect[] {
  return [
    ...(isLooser(before, after) ? ['loosened' as const] : []),
    ...(isLooser(after, before) ? ['tightened' as const] : []),
  ];
}

function witnessOf(
  step: TriedStep,
  { effect, before, after }: { effect: Effect; before: TriedVerdict; after: TriedVerdict },
): Witness {
  const isAlike = before.action === after.action;
  const [was, is] = [before, after].map(({ action, reason, rules, obligations, demand }): WitnessSide => {
    const { ttl_ms, required, approvers } = demand ?? {};
    const terms = {
      obligations,
      ...(ttl_ms !== undefined && { ttl_ms }),
      ...(required !== undefined && { required }),
      ...(approvers !== undefined && { approvers }),
    };
    return { decision: action, reason, rules, ...(isAlike && { terms }) };
  });
  return { tool_name: step.tool_name, effect, before: was as WitnessSide, after: is as WitnessSide, step };
}

function kindOf({ tool_name, before, after, effect }: Witness): string {
  return `${tool_name} ${before.decision} ${after.decision} ${effect}`;
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}
