import type { Action, Bundle } from '../../bundle.ts';
import { type BundleContent, defaultOf } from '../../content.ts';
import { isGlob } from '../../glob.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { implies } from '../implication.ts';
import { nameSet } from '../names.ts';
import { type RuleShape, shapeOf } from '../rule-shape.ts';
import { ShapeIndex } from '../shape-index.ts';
import { rulesMayMeet } from './may-meet.ts';

/** Pairs of rules that are compared in all; beyond that everything counts as not shown. */
const MAX_PAIRS = 1_000_000;

/** What is left of the pairs that two sets may compare. */
export type Effort = { pairs: number };

export function someEffort(): Effort {
  return { pairs: MAX_PAIRS };
}

/** The enforced rules of a bundle, to be asked which of them speak where a given rule does. */
export class RuleSet {
  readonly byDefault: { action: Action; overridable: boolean };
  readonly hasLayers: boolean;
  readonly isOrdered: boolean;
  readonly shapes: readonly RuleShape[];
  readonly #tools: ReadonlySet<string>;
  readonly #overridden: ReadonlySet<string>;
  readonly #effort: Effort;
  readonly #index: ShapeIndex;
  readonly #byTool = new Map<string, RuleShape[]>();
  readonly #general: RuleShape[] = [];

  constructor({ content, capabilities }: Bundle, effort: Effort) {
    const { rules = [], ...settings } = content as unknown as BundleContent;
    this.byDefault = defaultOf(settings);
    this.isOrdered = settings.combining === 'first_match';
    const enforced = rules.filter(({ mode }) => mode === 'enforce');
    this.shapes = enforced.map(known);
    this.hasLayers = enforced.some(({ layer }) => layer !== undefined);
    this.#tools = new Set(capabilities.flatMap(({ tools }) => tools.map(({ name }) => name)));
    this.#overridden = new Set(enforced.flatMap(({ overrides }) => overrides));
    this.#effort = effort;
    const byRule = new Map(this.shapes.map((shape) => [shape.rule, shape]));
    this.#index = new ShapeIndex(enforced, (rule) => byRule.get(rule) ?? known(rule), new Map());
    for (const shape of this.shapes) this.#place(shape);
  }

  #place(shape: RuleShape): void {
    const names = exactTools(shape.rule);
    if (names === undefined) this.#general.push(shape);
    for (const name of names ?? []) this.#byTool.set(name, [...(this.#byTool.get(name) ?? []), shape]);
  }

  /** Whether an allow of the set can set the rule aside. */
  isSetAside({ id, overridable }: RuleContent): boolean {
    return overridable && this.#overridden.has(id);
  }

  /** Whether any tool of the rule is granted to anybody. */
  isReached({ match: { tool_name: names } }: RuleContent): boolean {
    if (names === undefined) return this.#tools.size > 0;
    return [...this.#tools].some(nameSet(names).test);
  }

  /** Whether some rule matches wherever this one does, and is good for what is asked of it. */
  hasAbove(shape: RuleShape, isGood: (other: RuleContent) => boolean): boolean {
    for (const other of this.#index.wider(shape)) {
      if (!this.#mayCompare()) return false;
      if (isGood(other.rule) && implies(shape, other)) return true;
    }
    return false;
  }

  /** Whether some rule of those asked for may match where this one does; true also where there are too many to tell. */
  hasBeside(shape: RuleShape, isAsked: (other: RuleContent) => boolean): boolean {
    for (const other of this.#perhapsBeside(shape)) {
      if (!isAsked(other.rule)) continue;
      if (!this.#mayCompare() || rulesMayMeet(shape, other)) return true;
    }
    return false;
  }

  #perhapsBeside(shape: RuleShape): Iterable<RuleShape> {
    const names = exactTools(shape.rule);
    if (names === undefined) return this.shapes;
    return [...names.flatMap((name) => this.#byTool.get(name) ?? []), ...this.#general];
  }

  #mayCompare(): boolean {
    this.#effort.pairs -= 1;
    return this.#effort.pairs >= 0;
  }
}

function exactTools({ match: { tool_name: names } }: RuleContent): readonly string[] | undefined {
  return Array.isArray(names) && !names.some(isGlob) ? names : undefined;
}

const shapes = new WeakMap<RuleContent, RuleShape>();

/** Rules that are the very same object in two bundles are read once. */
function known(rule: RuleContent): RuleShape {
  const shape = shapes.get(rule) ?? shapeOf(rule);
  shapes.set(rule, shape);
  return shape;
}
