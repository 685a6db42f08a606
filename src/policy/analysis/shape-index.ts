import { isGlob } from '../glob.ts';
import { layerKey, layersAround } from '../layer.ts';
import { coversEveryName } from './names.ts';
import type { RuleShape } from './rule-shape.ts';

/** Rules with the aspects they ask about, by the names of those. */
type Groups = Map<string, RuleShape[]>;

/** Finds the rules that may cover all tools and all agents of a rule: those of its layer and of the layers around it. */
export class ShapeIndex {
  readonly #layers = new Map<string, ToolIndex>();
  readonly #overriding = new Map<string, string[]>();

  constructor(shapes: readonly RuleShape[]) {
    for (const shape of shapes) {
      if (shape.rule.mode === 'shadow') continue;
      for (const target of shape.rule.overrides) push(this.#overriding, target, shape.rule.id);
      const key = layerKey(shape.rule.layer);
      const own = this.#layers.get(key) ?? new ToolIndex();
      this.#layers.set(key, own);
      own.add(shape);
    }
  }

  overriding(id: string): readonly string[] {
    return this.#overriding.get(id) ?? [];
  }

  /** Only rules that ask nothing of anything that this one does not ask of: no other can be implied by it. */
  *wider(shape: RuleShape): Iterable<RuleShape> {
    for (const layer of layersAround(shape.rule.layer))
      yield* this.#layers.get(layerKey(layer))?.wider(shape) ?? [];
  }
}

/**
 * Finds the rules that may cover all tools of a rule: those that name the first of its tools, or have a pattern that begins
 * as it does, or are about all tools or all but some.
 */
class ToolIndex {
  readonly #exact = new Map<string, Groups>();
  readonly #beginnings = new Map<string, Groups>();
  readonly #general: Groups = new Map();

  add(shape: RuleShape): void {
    for (const groups of this.#placesOf(shape)) push(groups, signatureOf(shape), shape);
  }

  *wider(shape: RuleShape): Iterable<RuleShape> {
    for (const group of this.#groupsFor(shape)) for (const other of group) if (other !== shape) yield other;
  }

  #placesOf(shape: RuleShape): Set<Groups> {
    const names = listedNames(shape);
    if (names === undefined) return new Set([this.#general]);
    return new Set(
      names.map((name) =>
        isGlob(name) ? groupsAt(this.#beginnings, literalStart(name)) : groupsAt(this.#exact, name),
      ),
    );
  }

  #groupsFor(shape: RuleShape): RuleShape[][] {
    const name = listedNames(shape)?.[0] ?? '';
    const places = [this.#general, this.#exact.get(name)];
    for (let end = 0; end <= name.length; end += 1) places.push(this.#beginnings.get(name.slice(0, end)));
    return places.flatMap((groups) =>
      [...(groups ?? [])].filter(([signature]) => mayFollow(signature, shape)).map(([, group]) => group),
    );
  }
}

/** Aspects that hold for every step may be missing on the other side, so they are not in the signature. */
function signatureOf({ aspects }: RuleShape): string {
  const names = [...aspects].filter(([, aspect]) => {
    if (aspect.kind === 'names') return !coversEveryName(aspect.names);
    return aspect.kind !== 'levels' || aspect.levels.length < aspect.of;
  });
  return names.map(([name]) => name).join('\n');
}

function mayFollow(signature: string, { aspects }: RuleShape): boolean {
  return signature === '' || signature.split('\n').every((name) => aspects.has(name));
}

/** The names and patterns of a rule's tools; nothing where it leaves tools out or names none. */
function listedNames({ rule }: RuleShape): readonly string[] | undefined {
  const { tool_name: names } = rule.match;
  return Array.isArray(names) ? names : undefined;
}

function literalStart(glob: string): string {
  return /^[^*?]*/.exec(glob)?.[0] ?? '';
}

function groupsAt(places: Map<string, Groups>, key: string): Groups {
  const known = places.get(key) ?? new Map<string, RuleShape[]>();
  places.set(key, known);
  return known;
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
