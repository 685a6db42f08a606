import { SENSITIVITY_LEVELS } from '../../plan/sensitivity.ts';
import type { CapabilityContent } from '../capability-file.ts';
import type { Names } from '../names-schema.ts';
import type { RuleContent } from '../rule-schema.ts';
import { KnownList } from './known-list.ts';
import { nameSet } from './names.ts';

/** One tool as one capability grants it. */
export type GrantShape = {
  capability: string;
  tool: string;
  parameters: unknown;
  /** The levels that a step with this tool can have. */
  levels: readonly string[];
};

/** The grants of a bundle, found by tool. */
export class GrantShapes {
  readonly all: readonly GrantShape[];
  readonly #tools: KnownList;
  readonly #byTool: ReadonlyMap<string, readonly GrantShape[]>;

  constructor(capabilities: Readonly<Record<string, Pick<CapabilityContent, 'tools'>>>) {
    this.all = Object.entries(capabilities).flatMap(([capability, { tools }]) =>
      tools.map(({ name, parameters, sensitivity_level }) => ({
        capability,
        tool: name,
        parameters,
        levels:
          sensitivity_level === undefined
            ? SENSITIVITY_LEVELS
            : SENSITIVITY_LEVELS.slice(SENSITIVITY_LEVELS.indexOf(sensitivity_level)),
      })),
    );
    this.#byTool = Map.groupBy(this.all, ({ tool }) => tool);
    this.#tools = new KnownList(this.#byTool.keys());
  }

  get tools(): readonly string[] {
    return this.#tools.all;
  }

  /** The grants of the tools that a rule is about. */
  ofTools({ match }: RuleContent): readonly GrantShape[] {
    return this.ofNames(match.tool_name);
  }

  /** The grants of the tools that names stand for; of all where there are none. */
  ofNames(names: Names | undefined): readonly GrantShape[] {
    if (names === undefined) return this.all;
    if (!Array.isArray(names)) {
      const { test } = nameSet(names);
      return this.all.filter(({ tool }) => test(tool));
    }
    const [only] = names;
    if (names.length === 1 && only !== undefined) return this.#named(only);
    return [...new Set(names.flatMap((name) => this.#named(name)))];
  }

  #named(name: string): readonly GrantShape[] {
    const tools = this.#tools.coveredBy(name);
    const [only] = tools;
    if (tools.length === 1 && only !== undefined) return this.#byTool.get(only) ?? [];
    return tools.flatMap((tool) => this.#byTool.get(tool) ?? []);
  }
}
