import type { Action, StepView } from '../../src/policy/bundle.ts';

/**
 * The semantics of rules once more, as plainly as possible and with nothing of the engine: every condition is
 * the set of answers it could have (`{true}`, `{false}`, or both where something is not known). A rule that
 * restricts matches when it could hold, one that allows when it must. It covers the part of the format that the
 * properties generate.
 */
export type PlainRule = {
  id: string;
  match?: Record<string, unknown>;
  args?: Record<string, Record<string, unknown>>;
  action: Action;
  overrides?: string[];
  overridable?: boolean;
  mode?: 'enforce' | 'shadow';
};

type Possible = ReadonlySet<boolean>;
const EITHER: Possible = new Set([true, false]);

function surely(answer: boolean): Possible {
  return new Set([answer]);
}

/** Every way to combine one possible answer of each. */
function combine(all: readonly Possible[], join: (answers: boolean[]) => boolean): Possible {
  let worlds: boolean[][] = [[]];
  for (const possible of all)
    worlds = worlds.flatMap((world) => [...possible].map((answer) => [...world, answer]));
  return new Set(worlds.map(join));
}

const both = (all: readonly Possible[]) => combine(all, (answers) => answers.every(Boolean));
const oneOf = (all: readonly Possible[]) => combine(all, (answers) => answers.some(Boolean));

function globToRegExp(glob: string): RegExp {
  const source = [...glob].map((c) =>
    c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[.+^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's');
}

function matchesAttribute(key: string, asked: unknown, step: StepView): Possible {
  const value = (step as unknown as Record<string, unknown>)[key];
  if (value === undefined) return EITHER;
  if (key === 'sensitivity_level' && typeof asked === 'object' && !Array.isArray(asked)) {
    const order = ['low', 'medium', 'high', 'critical'];
    const bounds = asked as Record<string, string>;
    const rank = order.indexOf(value as string);
    return surely(
      Object.entries(bounds).every(([op, level]) =>
        op === 'gte' ? rank >= order.indexOf(level) : rank <= order.indexOf(level),
      ),
    );
  }
  return surely([asked].flat().some((glob) => globToRegExp(glob as string).test(value as string)));
}

function judgeElement(value: unknown, asked: Record<string, unknown>): Possible {
  return both(Object.entries(asked).map(([operator, operand]) => judgeOperator(value, operator, operand)));
}

/** What a value answers, where its type lets it answer at all. */
const OPERATORS: Record<string, (value: unknown, operand: never) => boolean | undefined> = {
  eq: (value, operand: unknown) =>
    typeof value === typeof operand && value !== null ? value === operand : undefined,
  ne: (value, operand: unknown) =>
    typeof value === typeof operand && value !== null ? value !== operand : undefined,
  gt: (value, operand: number) => (typeof value === 'number' ? value > operand : undefined),
  lte: (value, operand: number) => (typeof value === 'number' ? value <= operand : undefined),
  contains: (value, operand: string) => (typeof value === 'string' ? value.includes(operand) : undefined),
  in_domains: (value, operand: string[]) => isInside(value, operand),
  not_in_domains: (value, operand: string[]) => {
    const inside = isInside(value, operand);
    return inside === undefined ? undefined : !inside;
  },
};

function isInside(value: unknown, domains: string[]): boolean | undefined {
  if (typeof value !== 'string' || !value.includes('@')) return undefined;
  return domains.some((domain) => value.endsWith(`@${domain}`) || value.endsWith(`.${domain}`));
}

function judgeOperator(value: unknown, operator: string, operand: unknown): Possible {
  const answer = OPERATORS[operator]?.(value, operand as never);
  return answer === undefined ? EITHER : surely(answer);
}

function judgeArgument(
  name: string,
  asked: Record<string, unknown>,
  step: StepView,
  restricts: boolean,
): Possible {
  if (step.unknown_pointers.includes(`/${name}`)) return EITHER;
  const value = Object.entries(step.arguments).find(([key]) => key === name)?.[1];
  if (value === undefined) return EITHER;
  const walk = (item: unknown, pointer: string): Possible => {
    if (step.unknown_pointers.includes(pointer)) return EITHER;
    if (!Array.isArray(item)) return judgeElement(item, asked);
    if (item.length === 0) return EITHER;
    const elements = item.map((element, index) => walk(element, `${pointer}/${index}`));
    return restricts ? oneOf(elements) : both(elements);
  };
  return walk(value, `/${name}`);
}

export function couldMatch(rule: PlainRule, step: StepView): { matches: boolean; inDoubt: boolean } {
  const restricts = rule.action !== 'allow';
  const possible = both([
    ...Object.entries(rule.match ?? {}).map(([key, asked]) => matchesAttribute(key, asked, step)),
    ...Object.entries(rule.args ?? {}).map(([name, asked]) => judgeArgument(name, asked, step, restricts)),
  ]);
  return { matches: restricts ? possible.has(true) : !possible.has(false), inDoubt: possible.size === 2 };
}

export function referenceVerdict(
  rules: readonly PlainRule[],
  byDefault: Action,
  step: StepView,
): { action: Action; matched: string[]; overridden: string[]; shadow: string[] } {
  const matching = rules.filter((rule) => couldMatch(rule, step).matches);
  const enforced = matching.filter(({ mode }) => mode !== 'shadow');
  const overridden = enforced
    .filter(({ id }) => enforced.some(({ overrides = [] }) => overrides.includes(id)))
    .map(({ id }) => id);
  const actions = enforced.filter(({ id }) => !overridden.includes(id)).map(({ action }) => action);
  const action =
    (['block', 'require_approval', 'allow'] as const).find((one) => actions.includes(one)) ?? byDefault;
  const ids = (some: readonly PlainRule[]) => some.map(({ id }) => id).sort();
  return {
    action,
    matched: ids(enforced),
    overridden: overridden.sort(),
    shadow: ids(matching.filter(({ mode }) => mode === 'shadow')),
  };
}
