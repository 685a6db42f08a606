import { toPointer } from '../json/pointer.ts';
import type { Issue } from './problem.ts';

/** Deepest nesting of lists and mappings in a policy file. */
export const MAX_DEPTH = 64;

/**
 * What in `value` cannot stand in a bundle, although the parser let it through: numbers that are not finite or
 * whole numbers beyond 2^53 (they would have been rounded), the key `__proto__`, half characters (lone
 * surrogates), merge keys, nesting beyond `MAX_DEPTH`. At most 20 issues are reported.
 */
export function unsafeJson(value: unknown): Issue[] {
  const issues: Issue[] = [];
  walk(value, [], issues);
  return issues;
}

function walk(value: unknown, path: (string | number)[], issues: Issue[]): void {
  if (issues.length >= 20) return;
  const message = path.length > MAX_DEPTH ? `nested deeper than ${MAX_DEPTH} levels` : unsafeScalar(value);
  if (message !== undefined) issues.push({ pointer: toPointer(path), message });
  else if (value !== null && typeof value === 'object') walkMembers(value, path, issues);
}

function walkMembers(container: object, path: (string | number)[], issues: Issue[]): void {
  const isList = Array.isArray(container);
  for (const key of Object.keys(container)) {
    path.push(isList ? Number(key) : key);
    const message = isList ? undefined : unsafeKey(key);
    if (message === undefined) walk((container as Record<string, unknown>)[key], path, issues);
    else issues.push({ pointer: toPointer(path), message });
    path.pop();
  }
}

function unsafeScalar(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value.isWellFormed() ? undefined : 'the text holds half a character (a lone surrogate)';
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${value} is not a number a policy can use`;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return 'the number is beyond 2^53 and would be rounded';
    }
    return undefined;
  }
  return value === null || typeof value === 'boolean' || typeof value === 'object'
    ? undefined
    : `a ${typeof value} is not JSON`;
}

function unsafeKey(key: string): string | undefined {
  if (key === '__proto__') return 'the key `__proto__` is not allowed';
  if (key === '<<') return 'merge keys (`<<`) are not supported: write the entries out';
  return key.isWellFormed() ? undefined : 'the key holds half a character (a lone surrogate)';
}
