import { isGlob, matchesGlob } from '../glob.ts';
import { compileNames } from '../match-conditions.ts';
import type { Names } from '../names-schema.ts';

/** Names as analysis sees them. Build once for a rule: `test` is compiled. */
export type NameSet = { names: Names; test: (name: string) => boolean };

export function nameSet(names: Names): NameSet {
  return { names, test: compileNames(names) };
}

/** True where every name is in the set. */
export function coversEveryName({ names }: NameSet): boolean {
  return Array.isArray(names) && names.includes('*');
}

/** True where every name of `inner` is in `outer`. Never true by mistake; it may be false although it holds. */
export function coversNames(outer: NameSet, inner: NameSet): boolean {
  if (coversEveryName(outer)) return true;
  const { names } = inner;
  if (Array.isArray(names)) return names.every((name) => coversName(outer, name));
  if (Array.isArray(outer.names)) return false;
  // All but some are among all but fewer: each that `outer` leaves out, `inner` leaves out as well.
  const leftOut = nameSet(names.not_in);
  return outer.names.not_in.every((name) => coversName(leftOut, name));
}

function coversName({ names, test }: NameSet, name: string): boolean {
  if (!isGlob(name)) return test(name);
  if (Array.isArray(names)) return names.some((glob) => coversGlob(glob, name));
  return names.not_in.every((other) => areApart(other, name));
}

/** Wildcards of the inner one are read as text: only `*` may stand over a `*`. */
function coversGlob(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  return !(outer.includes('?') && inner.includes('*')) && matchesGlob(outer, inner);
}

/** True where no name can be covered by both. Names whose beginnings differ are apart, all else may meet. */
function areApart(one: string, other: string): boolean {
  if (!isGlob(one)) return !matchesGlob(other, one);
  const [a, b] = [literalStart(one), literalStart(other)];
  return !a.startsWith(b) && !b.startsWith(a);
}

function literalStart(glob: string): string {
  return /^[^*?]*/.exec(glob)?.[0] ?? '';
}

/** True where some name may be in both. Never false by mistake. */
export function mayMeet(one: NameSet, other: NameSet): boolean {
  const listed = [one, other].find(({ names }) => Array.isArray(names) && !names.some(isGlob));
  if (listed !== undefined)
    return (listed.names as readonly string[]).some(listed === one ? other.test : one.test);
  if (!Array.isArray(one.names) || !Array.isArray(other.names)) return true;
  const { names } = other;
  return one.names.some((a) => names.some((b) => !areApart(a, b)));
}
