import type { JsonValue } from '../../../json/value.ts';
import { didYouMean } from '../../suggestion.ts';
import type { Scalar } from '../../when/syntax.ts';
import type { GrantShape } from '../grant-shapes.ts';
import { boundAt, closedNames, union } from '../schema-bound.ts';
import { meaning, type RuleError } from './rule-error.ts';
import type { Range } from './when-values.ts';

/** What the tools of a rule leave to the values that its `when` looks at. */
export type WhenBounds = {
  /** By the way to a value, `args.parts[].share`: the numbers it lies among, the values it is one of. */
  at(way: string): { range?: Range; listed?: readonly Scalar[] };
  /** In words, of a name that no argument of the tools has; nothing where one of them may have it. */
  unknownArgument(name: string): Pick<RuleError, 'message' | 'hint'> | undefined;
};

export const NO_BOUNDS: WhenBounds = { at: () => ({}), unknownArgument: () => undefined };

/** Read from the schemas and levels in `capabilities.yaml`; what is not understood of a schema leaves everything. */
export function whenBounds(about: readonly GrantShape[]): WhenBounds {
  if (about.length === 0) return NO_BOUNDS;
  return {
    at: (way) => {
      if (way === 'step.sensitivity_level')
        return { listed: [...new Set(about.flatMap(({ levels }) => levels))] };
      const [root, ...segments] = way.replaceAll('[]', '').split('.');
      if (root !== 'args' || segments.length === 0) return {};
      const bounds = about
        .map(({ parameters }) => boundAt(parameters, segments))
        .filter((bound) => bound !== 'absent');
      const [first, ...others] = bounds;
      if (first === undefined) return {};
      const { types, low, high, isWhole, values } = others.reduce(union, first);
      const isNumber = types.has('number') && types.size === 1 && low <= high;
      return {
        ...(isNumber && { range: { low, high, isWhole: isWhole === true } }),
        ...(values !== undefined && { listed: values.filter(isScalar) }),
      };
    },
    unknownArgument: (name) => {
      const names = about.map(({ parameters }) => closedNames(parameters));
      if (names.some((closed) => closed === undefined || closed.includes(name))) return undefined;
      const tools = [...new Set(about.map(({ tool }) => tool))];
      const whose =
        tools.length === 1 ? `the tool ${tools[0]} has no` : 'none of the tools of the rule has an';
      const all = [...new Set(names.flatMap((closed) => closed ?? []))];
      return { message: `${whose} argument ${name}`, ...meaning(didYouMean(name, all)) };
    },
  };
}

function isScalar(value: JsonValue): value is null | boolean | number | string {
  return value === null || typeof value !== 'object';
}
