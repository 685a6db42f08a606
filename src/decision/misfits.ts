import type { JsonObject } from '../json/value.ts';
import type { ToolGrant } from '../policy/bundle.ts';

/**
 * Where arguments do not fit the JSON Schemas of these grants. `unknown`: pointers of values that nobody knows yet;
 * `at`: where the arguments stand in the plan.
 */
export function misfits(
  args: JsonObject,
  grants: readonly ToolGrant[],
  { unknown, at }: { unknown: readonly string[]; at: string },
): { pointer: string; message: string }[] {
  return grants
    .toReversed()
    .flatMap(({ validate }) => validate(args, unknown))
    .map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, message }));
}
