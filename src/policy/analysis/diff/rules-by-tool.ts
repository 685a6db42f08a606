import type { Bundle } from '../../bundle.ts';
import { ruleHash } from '../../content.ts';
import { isGlob } from '../../glob.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { nameSet } from '../names.ts';
import { rulesIn } from './structural.ts';

/** The rules of some bundles, trials left out, found by the tool they are about. */
export class RulesByTool {
  readonly #byName = new Map<string, RuleContent[]>();
  readonly #general: { rule: RuleContent; test: (tool: string) => boolean }[] = [];
  readonly #known = new Map<string, readonly RuleContent[]>();

  constructor(bundles: readonly Bundle[]) {
    for (const rule of new Set(bundles.flatMap(rulesIn))) if (rule.mode !== 'shadow') this.#place(rule);
  }

  #place(rule: RuleContent): void {
    const { tool_name: names } = rule.match;
    if (Array.isArray(names) && !names.some(isGlob)) for (const name of names) this.#push(name, rule);
    else this.#general.push({ rule, test: names === undefined ? () => true : nameSet(names).test });
  }

  #push(name: string, rule: RuleContent): void {
    const rules = this.#byName.get(name);
    if (rules === undefined) this.#byName.set(name, [rule]);
    else rules.push(rule);
  }

  /** A rule that the bundles have alike is one of them once. */
  about(tool: string): readonly RuleContent[] {
    const known = this.#known.get(tool);
    if (known !== undefined) return known;
    const general = this.#general.filter(({ test }) => test(tool)).map(({ rule }) => rule);
    const all = [...(this.#byName.get(tool) ?? []), ...general];
    const rules = [...new Map(all.map((rule) => [ruleHash(rule), rule])).values()];
    this.#known.set(tool, rules);
    return rules;
  }
}
