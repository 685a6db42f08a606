import { canonicalHash } from '../../../json/canonical.ts';
import type { JsonObject } from '../../../json/value.ts';
import { SENSITIVITY_LEVELS } from '../../../plan/sensitivity.ts';
import type { Action, Bundle } from '../../bundle.ts';
import { type CompiledRule, compileRule } from '../../compiled-rule.ts';
import { sharedConditions } from '../../condition.ts';
import { isGlob } from '../../glob.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { isDoubt } from '../../truth.ts';
import { nameSet } from '../names.ts';
import { sampleOf } from '../schema-sample.ts';
import { cellsOf } from './cells.ts';
import { type Dimension, dimensionsOf } from './dimensions.ts';
import { decideTried, type TriedStep, viewOfTried } from './draft-step.ts';
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
};

export type SearchLimits = { maxCells: number; maxCellsPerRegion: number };

const LIMITS: SearchLimits = { maxCells: 200_000, maxCellsPerRegion: 4_000 };
/** When everything is tried. */
const SOME_TIME = '2026-01-01T00:00:00.000Z';
/** Tools tried for a rule about many. */
const MAX_TOOLS = 25;

const STRENGTH: Record<Action, number> = { allow: 0, require_approval: 1, block: 2 };

/**
 * Looks for steps that two bundles decide differently, among values made from the constants of both and inside what the
 * changed rules can match. Every witness is decided by both bundles, so none is a guess; that none is found proves nothing.
 */
export function searchSpace(before: Bundle, after: Bundle, limits: Partial<SearchLimits> = {}): SpaceSearch {
  const search = new Search({ before, after }, { ...LIMITS, ...limits });
  for (const { tool, rule } of regionsOf(before, after)) search.region(tool, rule);
  return search.result();
}

type Region = { tool: string; rule: RuleContent | undefined };

/** What to look at: each version of each changed rule for its tools, and every tool where something else changed. */
function* regionsOf(before: Bundle, after: Bundle): Iterable<Region> {
  const [old, now] = [rulesOf(before), rulesOf(after)];
  const hashes = (rules: ReadonlyMap<string, RuleContent>) => new Set([...rules.values()].map(canonicalHash));
  const [oldHashes, nowHashes] = [hashes(old), hashes(now)];
  const changed = [
    ...[...old.values()].filter((rule) => !nowHashes.has(canonicalHash(rule))),
    ...[...now.values()].filter((rule) => !oldHashes.has(canonicalHash(rule))),
  ];
  const granted = [...new Set([...toolsOf(before), ...toolsOf(after)])].sort();
  for (const rule of changed)
    if (rule.mode !== 'shadow') for (const tool of toolsFor(rule, granted)) yield { tool, rule };
  for (const tool of otherwiseChanged(before, after, granted)) yield { tool, rule: undefined };
}

function toolsOf({ capabilities }: Bundle): string[] {
  return capabilities.flatMap(({ tools }) => tools.map(({ name }) => name));
}

function toolsFor({ match: { tool_name: names } }: RuleContent, granted: readonly string[]): string[] {
  if (names === undefined) return granted.slice(0, MAX_TOOLS);
  const exact = Array.isArray(names) ? names.filter((name) => !isGlob(name)) : [];
  const covered = granted.filter(nameSet(names).test);
  return [...new Set([...covered.slice(0, MAX_TOOLS), ...exact.filter((name) => granted.includes(name))])];
}

/** Tools whose grant changed; all tools where the default, the way rules combine or anything else about the bundle did. */
function otherwiseChanged(before: Bundle, after: Bundle, granted: readonly string[]): string[] {
  const rest = ({
    content: { rules: _, capabilities: __, tests: ___, bundle: ____, permits: _____, ...others },
  }: Bundle) => canonicalHash(others as JsonObject);
  const order = ({ content }: Bundle) =>
    content['combining'] === 'first_match' ? canonicalHash(content['rules'] ?? []) : '';
  if (rest(before) !== rest(after) || order(before) !== order(after)) return granted.slice(0, MAX_TOOLS * 4);
  const grant = ({ capabilities }: Bundle, tool: string) =>
    canonicalHash(
      capabilities.flatMap(({ capability, tools }) =>
        tools.filter(({ name }) => name === tool).map((found) => ({ capability, ...found })),
      ) as unknown as JsonObject[],
    );
  return granted.filter((tool) => grant(before, tool) !== grant(after, tool));
}

class Search {
  readonly #bundles: { before: Bundle; after: Bundle };
  readonly #limits: SearchLimits;
  readonly #found = new Map<string, Witness>();
  readonly #about = new Map<string, readonly RuleContent[]>();
  #cells = 0;
  #isExhaustive = true;

  constructor(bundles: { before: Bundle; after: Bundle }, limits: SearchLimits) {
    this.#bundles = bundles;
    this.#limits = limits;
  }

  result(): SpaceSearch {
    const witnesses = [...this.#found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return { witnesses, cells: this.#cells, exhaustive: this.#isExhaustive };
  }

  region(tool: string, rule: RuleContent | undefined): void {
    const { before, after } = this.#bundles;
    const about = this.#rulesAbout(tool);
    for (const base of basesOf([before, after], tool)) {
      if (rule?.match.capability !== undefined && !nameSet(rule.match.capability).test(base.capability))
        continue;
      const { dimensions, isComplete } = dimensionsOf(about, SENSITIVITY_LEVELS);
      this.#isExhaustive &&= isComplete;
      this.#walk(
        base,
        dimensions.map((dimension) => sorted(dimension, { base, rule, about })),
      );
    }
  }

  #rulesAbout(tool: string): readonly RuleContent[] {
    const known = this.#about.get(tool);
    if (known !== undefined) return known;
    const all = [this.#bundles.before, this.#bundles.after].flatMap((bundle) => [
      ...rulesOf(bundle).values(),
    ]);
    const distinct = new Map(all.filter((one) => isAbout(one, tool)).map((one) => [canonicalHash(one), one]));
    this.#about.set(tool, [...distinct.values()]);
    return [...distinct.values()];
  }

  #walk(base: TriedStep, dimensions: readonly Dimension[]): void {
    const { maxCells, maxCellsPerRegion } = this.#limits;
    const sizes = dimensions.map(({ changes }) => changes.length);
    const room = Math.min(maxCellsPerRegion, maxCells - this.#cells);
    let walked = 0;
    for (const cell of cellsOf(sizes)) {
      if (walked >= room) {
        this.#isExhaustive = false;
        return;
      }
      walked += 1;
      this.#cells += 1;
      this.#decide(
        cell.reduce((step, value, index) => dimensions[index]?.changes[value]?.(step) ?? step, base),
      );
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

type Sorting = { base: TriedStep; rule: RuleContent | undefined; about: readonly RuleContent[] };

/**
 * The values of a dimension inside the region of the changed rule, first those for which fewest other rules speak: where they
 * are silent, the change shows.
 */
function sorted({ name, changes }: Dimension, { base, rule, about }: Sorting): Dimension {
  const others = about.filter(({ id }) => id !== rule?.id).map((one) => alone(one, name));
  const own = rule === undefined ? undefined : alone(rule, name);
  const kept = changes.filter((change) => own === undefined || own(change(base)));
  const weighed = kept.map((change) => {
    const step = change(base);
    return { change, weight: others.reduce((sum, test) => sum + (test(step) ? 1 : 0), 0) };
  });
  return { name, changes: weighed.sort((a, b) => a.weight - b.weight).map(({ change }) => change) };
}

/** A tried step has one source, so its instructions are worth what the step is. */
function trustAskedIn({ instructions, lowest_trust }: NonNullable<RuleContent['match']['provenance']> = {}) {
  if (instructions === undefined && lowest_trust === undefined) return {};
  return { provenance: { ...(instructions && { instructions }), ...(lowest_trust && { lowest_trust }) } };
}

/** Whether a rule would match if this dimension were all it asked about. */
function alone(rule: RuleContent, dimension: string): (step: TriedStep) => boolean {
  const { match, args, taint } = rule;
  const pointer = dimension.startsWith('args.') ? dimension.slice('args.'.length) : undefined;
  const asksTrust = dimension === 'lowest_trust';
  const { provenance, ...others } = match;
  const kept = {
    ...(others[dimension as keyof typeof others] !== undefined && {
      [dimension]: others[dimension as keyof typeof others],
    }),
    ...(asksTrust && trustAskedIn(provenance)),
    ...(dimension === 'source_type' &&
      provenance?.source_type && { provenance: { source_type: provenance.source_type } }),
  };
  const asked = pointer === undefined ? undefined : args[pointer];
  const { id, action, obligations, overrides, overridable, mode } = rule;
  const part: RuleContent = {
    ...{ id, action, obligations, overrides, overridable, mode },
    match: kept as RuleContent['match'],
    args: asked === undefined || pointer === undefined ? {} : { [pointer]: asked },
    taint: asksTrust ? taint : {},
  };
  const compiled = compileRule(part, sharedConditions());
  return (step) => matches(compiled, step);
}

function matches({ conditions, action }: CompiledRule, step: TriedStep): boolean {
  const view = viewOfTried(step);
  const truths = conditions.map(({ test }) => test(view));
  return !truths.includes(false) && (action !== 'allow' || !truths.some(isDoubt));
}
