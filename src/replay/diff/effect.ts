/** Whether more passes than before, or less. */
export type DiffEffect = 'loosened' | 'tightened';

/** Least severe first. */
const SEVERITY: readonly unknown[] = ['allow', 'require_approval', 'block'];

/** What a change of a decision means; `undefined` where it is none, or not one between decisions. */
export function effectOf(before: unknown, after: unknown): DiffEffect | undefined {
  const was = SEVERITY.indexOf(before);
  const is = SEVERITY.indexOf(after);
  if (was < 0 || is < 0 || was === is) return undefined;
  return is < was ? 'loosened' : 'tightened';
}
