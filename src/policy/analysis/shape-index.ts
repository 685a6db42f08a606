import { byIdentity } from '../../json/by-identity.ts';
import { isGlob } from '../glob.ts';
import { layerKey, layersAround } from '../layer.ts';
import type { RuleContent } from '../rule-schema.ts';
import type { LintMemo } from './lint-memo.ts';
import { coversEveryName } from './names.ts';
import type { RuleShape } from './rule-shape.ts';

/** Rules that ask about the same aspects, and the names of those. */
type Group = { asked: readonly string[]; shapes: RuleShape[] };
type RuleLists = readonly (readonly RuleContent[])[];

/**
 * Finds the rules that may cover all tools and all agents of a rule: of its layer and those around it the rules that name
 * the first of its tools, or have a pattern that begins as it does, or are about all tools or all but some. A list that is as it was for the bundle before is the same object.
 */
export class ShapeIndex {
  readonly lists = new Map<string, readonly RuleContent[]>();
  readonly #shapeOf: (rule: RuleContent) => RuleShape;
  readonly #overriding = new Map<string, RuleContent[]>();
  /** Lengths of the beginnings of patterns, shortest first. */
  readonly #lengths: readonly number[];
  readonly #rivals = new Map<string, RuleLists>();
  readonly #groups = new Map<readonly RuleContent[], readonly Group[]>();

  constructor(
    rules: readonly RuleContent[],
    shapeOf: (rule: RuleContent) => RuleShape,
    earlier: LintMemo['lists'],
  ) {
    this.#shapeOf = shapeOf;
    const lists = new Map<string, RuleContent[]>();
    for (const rule of rules) {
      if (rule.mode === 'shadow') continue;
      for (const target of rule.overrides) push(this.#overriding, target, rule);
      for (const place of placesOf(rule)) push(lists, place, rule);
    }
    for (const [place, list] of lists) this.lists.set(place, same(earlier.get(place), list));
    const names = [...lists.keys()].map((place) => place.slice(place.indexOf('\n') + 1));
    const beginnings = names.filter((name) => name.startsWith(BEGINNING));
    this.#lengths = [...new Set(beginnings.map((name) => name.length - BEGINNING.length))].sort(
      (a, b) => a - b,
    );
  }

  overriding(id: string): readonly RuleContent[] {
    return this.#overriding.get(id) ?? [];
  }

  /** The lists in which rules stand that can cover a rule; the same for rules of one `rivalKey`. */
  rivals(rule: RuleContent): RuleLists {
    const key = rivalKey(rule);
    const known = this.#rivals.get(key);
    if (known !== undefined) return known;
    const tool = firstTool(rule);
    const beginnings = this.#lengths.filter((length) => length <= tool.length);
    const places = [GENERAL, EXACT + tool, ...beginnings.map((length) => BEGINNING + tool.slice(0, length))];
    const found = layersAround(rule.layer).flatMap((layer) =>
      places.flatMap((place) => {
        const list = this.lists.get(`${layerKey(layer)}\n${place}`);
        return list === undefined ? [] : [list];
      }),
    );
    this.#rivals.set(key, found);
    return found;
  }

  /** Only rules that ask nothing of anything that this one does not ask of: no other can be implied by it. */
  *wider(shape: RuleShape): Iterable<RuleShape> {
    const groups = this.rivals(shape.rule).flatMap((list) => this.#groupsOf(list));
    for (const { asked, shapes } of groups) {
      if (!asked.every((name) => shape.aspects.has(name))) continue;
      for (const other of shapes) if (other !== shape) yield other;
    }
  }

  #groupsOf(list: readonly RuleContent[]): readonly Group[] {
    const known = this.#groups.get(list);
    if (known !== undefined) return known;
    const groups = new Map<string, Group>();
    for (const shape of list.map(this.#shapeOf)) {
      const asked = askedBy(shape);
      const group = groups.get(asked.join('\n'));
      if (group === undefined) groups.set(asked.join('\n'), { asked, shapes: [shape] });
      else group.shapes.push(shape);
    }
    const found = [...groups.values()];
    this.#groups.set(list, found);
    return found;
  }
}

/** Kinds of places at which rules stand. */
const [GENERAL, EXACT, BEGINNING] = ['*', '=', '^'];

const placesOf = byIdentity((rule: RuleContent): Iterable<string> => {
  const names = listedNames(rule);
  const places = names?.map((name) => (isGlob(name) ? BEGINNING + literalStart(name) : EXACT + name));
  return new Set((places ?? [GENERAL]).map((place) => `${layerKey(rule.layer)}\n${place}`));
});

/** Rules of one key have the same rivals: of one layer, and with the same first tool. */
export const rivalKey = byIdentity(
  (rule: RuleContent): string => `${layerKey(rule.layer)}\n${firstTool(rule)}`,
);

/** The first tool or pattern that a rule names; an empty text where it names none. */
function firstTool(rule: RuleContent): string {
  return listedNames(rule)?.[0] ?? '';
}

/** Aspects that hold for every step may be missing on the other side, so they are not among these. */
function askedBy({ aspects }: RuleShape): string[] {
  const asked = [...aspects].filter(([, aspect]) => {
    if (aspect.kind === 'names') return !coversEveryName(aspect.names);
    return aspect.kind !== 'levels' || aspect.levels.length < aspect.of;
  });
  return asked.map(([name]) => name);
}

/** The names and patterns of a rule's tools; nothing where it leaves tools out or names none. */
function listedNames(rule: RuleContent): readonly string[] | undefined {
  const { tool_name: names } = rule.match;
  return Array.isArray(names) ? names : undefined;
}

function literalStart(glob: string): string {
  return /^[^*?]*/.exec(glob)?.[0] ?? '';
}

function same(
  earlier: readonly RuleContent[] | undefined,
  list: readonly RuleContent[],
): readonly RuleContent[] {
  const isSame = earlier?.length === list.length && list.every((rule, index) => rule === earlier[index]);
  return isSame ? (earlier as readonly RuleContent[]) : list;
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
