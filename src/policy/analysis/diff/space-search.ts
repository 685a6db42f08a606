import type { JsonObject } from '../../../json/value.ts';
import { SENSITIVITY_LEVELS } from '../../../plan/sensitivity.ts';
import type { Action, Bundle } from '../../bundle.ts';
import { ruleHash } from '../../content.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { sampleOf } from '../schema-sample.ts';
import { cellsOf } from './cells.ts';
import { type Dimension, dimensionsOf } from './dimensions.ts';
import { decideTried, type TriedStep } from './draft-step.ts';
import { regionsOf } from './regions.ts';
import { dimensionInOrder } from './sorted-dimension.ts';
import { rulesOf } from './structural.ts';

/** A step that the two bundles decide differently. */
export type Witness = {
  tool_name: string;
  effect: 'loosened' | 'tightened';
  before: { decision: Action; reason: string; rules: string[] };
  after: { decision: Action; reason: string; rules: string[] };
  step: TriedStep;
};

export type SpaceSearch = {
  /** One for each tool and transition, the first that was met. */
  witnesses: Witness[];
  /** Combinations that were decided under both. */
  cells: number;
  /** True where every combination of the values tried was decided. That no witness was found is then no accident, and still no proof. */
  exhaustive: boolean;
  /** What the search ended by, where it had not come to its end. */
  ended_by?: 'combinations' | 'time';
};

/** `isOver`: asked between two combinations; true ends the search with what was found. */
export type SearchLimits = { maxCells: number; maxCellsPerRegion: number; isOver: () => boolean };

const LIMITS: SearchLimits = { maxCells: 200_000, maxCellsPerRegion: 4_000, isOver: () => false };
/** When everything is tried. */
const SOME_TIME = '2026-01-01T00:00:00.000Z';

const STRENGTH: Record<Action, number> = { allow: 0, require_approval: 1, block: 2 };

/**
 * Looks for steps that two bundles decide differently, among values made from the constants of both and inside what the
 * changed rules can match. Every witness is decided by both bundles, so none is a guess; that none is found proves nothing.
 */
export function searchSpace(before: Bundle, after: Bundle, limits: Partial<SearchLimits> = {}): SpaceSearch {
  const steps = searchInSteps(before, after, limits);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, a little at a time: yields often, so that whoever runs it can do something else meanwhile. */
export function* searchInSteps(
  before: Bundle,
  after: Bundle,
  limits: Partial<SearchLimits> = {},
): Generator<void, SpaceSearch> {
  const search = new Search({ before, after }, { ...LIMITS, ...limits });
  for (const { tool, rule } of regionsOf(before, after)) {
    yield* search.region(tool, rule);
    if (search.isOver) break;
  }
  return search.result();
}

class Search {
  readonly #bundles: { before: Bundle; after: Bundle };
  readonly #limits: SearchLimits;
  readonly #found = new Map<string, Witness>();
  readonly #about = new Map<string, readonly RuleContent[]>();
  #cells = 0;
  #isExhaustive = true;
  #endedBy: SpaceSearch['ended_by'];

  constructor(bundles: { before: Bundle; after: Bundle }, limits: SearchLimits) {
    this.#bundles = bundles;
    this.#limits = limits;
  }

  /** True once the time is over: nothing more is tried. */
  get isOver(): boolean {
    if (this.#endedBy !== 'time' && this.#limits.isOver()) this.#endedBy = 'time';
    return this.#endedBy === 'time';
  }

  result(): SpaceSearch {
    const witnesses = [...this.#found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const endedBy = this.#endedBy;
    return {
      ...{ witnesses, cells: this.#cells, exhaustive: this.#isExhaustive && endedBy === undefined },
      ...(endedBy !== undefined && { ended_by: endedBy }),
    };
  }

  *region(tool: string, rule: RuleContent | undefined): Generator<void, void> {
    const { before, after } = this.#bundles;
    const about = this.#rulesAbout(tool);
    yield;
    for (const base of basesOf([before, after], tool)) {
      if (rule?.match.capability !== undefined && !nameSet(rule.match.capability).test(base.capability))
        continue;
      const { dimensions, isComplete } = dimensionsOf(about, SENSITIVITY_LEVELS);
      this.#isExhaustive &&= isComplete;
      const ordered: Dimension[] = [];
      for (const dimension of dimensions) {
        ordered.push(yield* dimensionInOrder(dimension, { base, rule, about }));
        if (this.isOver) return;
      }
      yield* this.#walk(base, ordered);
      if (this.isOver) return;
    }
  }

  #rulesAbout(tool: string): readonly RuleContent[] {
    const known = this.#about.get(tool);
    if (known !== undefined) return known;
    const all = [this.#bundles.before, this.#bundles.after].flatMap((bundle) => [
      ...rulesOf(bundle).values(),
    ]);
    const distinct = new Map(all.filter((one) => isAbout(one, tool)).map((one) => [ruleHash(one), one]));
    this.#about.set(tool, [...distinct.values()]);
    return [...distinct.values()];
  }

  *#walk(base: TriedStep, dimensions: readonly Dimension[]): Generator<void, void> {
    const { maxCells, maxCellsPerRegion } = this.#limits;
    const sizes = dimensions.map(({ changes }) => changes.length);
    const room = Math.min(maxCellsPerRegion, maxCells - this.#cells);
    let walked = 0;
    for (const cell of cellsOf(sizes)) {
      if (walked >= room) this.#endedBy ??= 'combinations';
      if (walked >= room || this.isOver) return;
      walked += 1;
      this.#cells += 1;
      this.#decide(
        cell.reduce((step, value, index) => dimensions[index]?.changes[value]?.(step) ?? step, base),
      );
      yield;
    }
  }

  #decide(step: TriedStep): void {
    const [before, after] = [decideTried(this.#bundles.before, step), decideTried(this.#bundles.after, step)];
    if (before.action === after.action) return;
    const witness: Witness = {
      tool_name: step.tool_name,
      effect: STRENGTH[after.action] < STRENGTH[before.action] ? 'loosened' : 'tightened',
      before: { decision: before.action, reason: before.reason, rules: before.rules },
      after: { decision: after.action, reason: after.reason, rules: after.rules },
      step,
    };
    const key = keyOf(witness);
    if (!this.#found.has(key)) this.#found.set(key, witness);
  }
}

function keyOf({ tool_name, before, after }: Witness): string {
  return `${tool_name} ${before.decision} ${after.decision}`;
}

function isAbout({ match: { tool_name: names }, mode }: RuleContent, tool: string): boolean {
  return mode !== 'shadow' && (names === undefined || nameSet(names).test(tool));
}

/** A step of the tool for each capability that grants it in one of the bundles, with the least arguments that fit. */
function basesOf(bundles: readonly Bundle[], tool: string): TriedStep[] {
  const bases = new Map<string, TriedStep>();
  for (const { capabilities } of bundles)
    for (const { capability, tools } of capabilities) {
      const granted = tools.find(({ name }) => name === tool);
      if (granted === undefined) continue;
      const args = granted.parameters === undefined ? {} : (sampleOf(granted.parameters) as JsonObject);
      bases.set(capability, {
        ...{
          tool_name: tool,
          capability,
          agent_id: 'some-agent',
          agent_name: 'some-agent',
          tenant_id: 'some-tenant',
        },
        ...{
          runtime_mode: 'gateway',
          sensitivity_level: 'low',
          lowest_trust: 'trusted',
          source_types: ['user_prompt'],
        },
        ...{ step_id: 's1', arguments: args, findings: [], now: SOME_TIME },
      });
    }
  return [...bases.values()];
}
