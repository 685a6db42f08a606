import type { Bundle } from '../../bundle.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { type Bases, basesOf, otherSteps, type TriedAgent } from './bases.ts';
import { cellsOf } from './cells.ts';
import type { Dimension, Surroundings } from './dimension.ts';
import { asksOfAttributesAlone, dimensionsOf } from './dimensions.ts';
import { type Effect, Found, type Witness } from './found.ts';
import { type Region, regionsOf } from './regions.ts';
import { RulesByTool } from './rules-by-tool.ts';
import { DimensionOrder, type Place } from './sorted-dimension.ts';
import { decideTried, type OtherStep, type TriedStep } from './tried-step.ts';

export type { Witness };

export type SpaceSearch = {
  /** One for each tool, transition and effect, the first that was met. */
  witnesses: Witness[];
  /** Kinds of differences of which no step was confirmed. */
  dropped: number;
  /** Combinations that were decided under both. */
  cells: number;
  /** True where the values tried stand for all others and every combination of them was decided. */
  exhaustive: boolean;
  /** Tools of which no arguments were found that fit their schema, and the capability that asks for it. */
  unfit: { tool: string; capability: string }[];
  /** What the search ended by, where it had not come to its end. */
  ended_by?: 'combinations' | 'time';
  /** What is known of a change: shown by a witness, ruled out by all there is to try, or neither. */
  answerOf(change: string, effect: Effect): 'shown' | 'ruled_out' | 'unknown';
  /** The transitions by which a change is shown, and whether there can be no others. */
  shownOf(change: string, effect: Effect): { transitions: string[]; isWhole: boolean };
};

/**
 * `isOver`: asked between two combinations; true ends the search with what was found. `isConfirmed`: whether a witness is
 * decided so by more than is looked at here; another is tried where not. `agents`: whose plans are tried first.
 */
export type SearchLimits = {
  maxCells: number;
  maxCellsPerRegion: number;
  isOver: () => boolean;
  isConfirmed: (witness: Witness) => boolean;
  agents: readonly TriedAgent[];
};

const LIMITS: SearchLimits = {
  maxCells: 200_000,
  maxCellsPerRegion: 4_000,
  isOver: () => false,
  isConfirmed: () => true,
  agents: [],
};

/**
 * Looks for steps that two bundles decide differently, among values made from the constants of both and inside what the
 * changed rules can match. Every witness is decided by both bundles, so none is a guess; that none is found proves something
 * only where the search was exhaustive.
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
  for (const region of regionsOf(before, after)) {
    yield* search.region(region);
    if (search.isOver) break;
  }
  return search.result();
}

class Search {
  readonly #bundles: { before: Bundle; after: Bundle };
  readonly #limits: SearchLimits;
  readonly #found: Found;
  readonly #rules: RulesByTool;
  readonly #order = new DimensionOrder();
  readonly #bases = new Map<string, Bases>();
  readonly #visited = new Set<string>();
  readonly #open = new Set<string>();
  #others: OtherStep[] | undefined;
  #cells = 0;
  #endedBy: SpaceSearch['ended_by'];

  constructor(bundles: { before: Bundle; after: Bundle }, limits: SearchLimits) {
    this.#bundles = bundles;
    this.#limits = limits;
    this.#found = new Found(limits.isConfirmed);
    this.#rules = new RulesByTool([bundles.before, bundles.after]);
  }

  /** True once the time is over: nothing more is tried. */
  get isOver(): boolean {
    if (this.#endedBy !== 'time' && this.#limits.isOver()) this.#endedBy = 'time';
    return this.#endedBy === 'time';
  }

  result(): SpaceSearch {
    const { witnesses, dropped } = this.#found;
    const endedBy = this.#endedBy;
    const isOpen = (change: string, effect: Effect) =>
      !this.#visited.has(change) ||
      this.#open.has(change) ||
      endedBy === 'time' ||
      this.#found.isDoubtful(change, effect);
    const unfit = [...this.#bases].flatMap(([tool, { unfit }]) =>
      unfit.map((capability) => ({ tool, capability })),
    );
    return {
      ...{ witnesses, dropped, cells: this.#cells, unfit },
      exhaustive: this.#open.size === 0 && endedBy === undefined,
      ...(endedBy !== undefined && { ended_by: endedBy }),
      answerOf: (change, effect) => {
        if (this.#found.isShown(change, effect)) return 'shown';
        return isOpen(change, effect) ? 'unknown' : 'ruled_out';
      },
      shownOf: (change, effect) => ({
        transitions: this.#found.transitionsOf(change, effect),
        isWhole: !isOpen(change, effect),
      }),
    };
  }

  *region(region: Region): Generator<void, void> {
    const { change, tool, rule } = region;
    this.#visited.add(change);
    const about = this.#rules.about(tool);
    yield;
    const { steps, schemas, unfit } = this.#basesOf(tool);
    const dimensions = dimensionsOf(about, this.#surroundings(region, schemas));
    const isOpenEnded = region.isSchemaTried === true || region.giver !== undefined || unfit.length > 0;
    const isWhole = about.every(asksOfAttributesAlone);
    if (isOpenEnded || !isWhole || dimensions.some(({ isComplete }) => !isComplete)) this.#open.add(change);
    const { capability } = rule?.match ?? {};
    const isInside = capability === undefined ? () => true : nameSet(capability).test;
    for (const base of steps.filter((step) => isInside(step.capability))) {
      const fitting = dimensions.map((dimension) => this.#thatFit(dimension, base));
      yield* this.#around(fitting, { change, rule, base, about });
      if (this.isOver) return;
    }
  }

  /** First where rules that let something through match as well, then everywhere. */
  *#around(
    dimensions: readonly Dimension[],
    {
      change,
      rule,
      base,
      about,
    }: Pick<Place, 'base' | 'about'> & { change: string; rule: RuleContent | undefined },
  ): Generator<void, void> {
    const inside = rule === undefined ? [] : [rule];
    const blocks = about.filter(isBlocking).slice(0, MAX_NEAR);
    for (const partner of partnersOf(about, rule)) {
      const place = { base, inside: [...inside, partner], about: blocks };
      yield* this.#walk({ change, base, part: PART_NEAR }, yield* this.#inOrder(dimensions, place));
      if (this.isOver) return;
    }
    const ordered = yield* this.#inOrder(dimensions, { base, inside, about });
    yield* this.#walk({ change, base, part: 1 }, ordered);
  }

  /** Without arguments that fit no schema by themselves: both bundles block them. */
  #thatFit(dimension: Dimension, base: TriedStep): Dimension {
    if (!dimension.name.startsWith('args.')) return dimension;
    const { before, after } = this.#bundles;
    const grants = [before, after].flatMap(
      (bundle) => bundle.grantOf(base.tool_name, [base.capability]) ?? [],
    );
    const fits = (step: TriedStep) =>
      grants.some(({ validate }) => validate(step.arguments, []).length === 0);
    return fits(base)
      ? { ...dimension, changes: dimension.changes.filter((change) => fits(change(base))) }
      : dimension;
  }

  /** Those that were put in order before the time was over. */
  *#inOrder(dimensions: readonly Dimension[], place: Place): Generator<void, Dimension[]> {
    const ordered: Dimension[] = [];
    for (const dimension of dimensions) {
      if (this.isOver) break;
      ordered.push(yield* this.#order.inOrder(dimension, place));
    }
    return ordered;
  }

  #basesOf(tool: string): Bases {
    const { before, after } = this.#bundles;
    const known = this.#bases.get(tool) ?? basesOf([before, after], tool, this.#limits.agents);
    this.#bases.set(tool, known);
    return known;
  }

  #surroundings({ isSchemaTried = false, giver }: Region, schemas: readonly unknown[]): Surroundings {
    this.#others ??= otherSteps([this.#bundles.before, this.#bundles.after]);
    const others = this.#others;
    const givers = others.filter(({ tool_name }) => tool_name === giver?.tool);
    return {
      ...{ schemas, isSchemaTried, others },
      givers: giver === undefined ? [] : givers.map((step) => ({ ...step, capability: giver.capability })),
    };
  }

  *#walk(
    { change, base, part }: { change: string; base: TriedStep; part: number },
    dimensions: readonly Dimension[],
  ): Generator<void, void> {
    const { maxCells, maxCellsPerRegion } = this.#limits;
    const sizes = dimensions.map(({ changes }) => changes.length);
    const room = Math.min(maxCellsPerRegion * part, maxCells - this.#cells);
    let walked = 0;
    for (const cell of cellsOf(sizes)) {
      if (walked >= room && part === 1) {
        this.#open.add(change);
        this.#endedBy ??= 'combinations';
      }
      if (walked >= room || this.isOver) return;
      walked += 1;
      this.#cells += 1;
      this.#decide(
        change,
        cell.reduce((step, value, index) => dimensions[index]?.changes[value]?.(step) ?? step, base),
      );
      yield;
    }
  }

  #decide(change: string, step: TriedStep): void {
    const { before, after } = this.#bundles;
    this.#found.note(change, step, decideTried(before, step), decideTried(after, step));
  }
}

/** Rules that let something through and that are tried together with a changed one, and the blocks that are kept out of. */
const MAX_PARTNERS = 12;
const MAX_NEAR = 40;
/** The part of the combinations that is tried inside what such a rule can match. */
const PART_NEAR = 1 / 16;

/** Rules without which nothing would be let through where a changed one matches: beside them the change shows first. */
function partnersOf(about: readonly RuleContent[], rule: RuleContent | undefined): readonly RuleContent[] {
  if (rule?.action === 'allow') return [];
  return about.filter((one) => !isBlocking(one) && one.id !== rule?.id).slice(0, MAX_PARTNERS);
}

function isBlocking({ action }: RuleContent): boolean {
  return action === 'block';
}
