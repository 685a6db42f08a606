import { HttpError } from './problem.ts';

/** One page of a list that is in memory. The cursor names the last entry shown, so that new ones move no page. */
export function pageBehind<T>(
  all: readonly T[],
  idOf: (entry: T) => string,
  { limit, cursor }: { limit: number; cursor?: string },
): { items: T[]; next_cursor?: string } {
  const shown = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  const start = shown === undefined ? 0 : all.findIndex((entry) => idOf(entry) === shown) + 1;
  if (shown !== undefined && start === 0)
    throw new HttpError('invalid_cursor', 'The cursor is not one that this list gave out.');
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  if (last === undefined || start + items.length >= all.length) return { items };
  return { items, next_cursor: Buffer.from(idOf(last)).toString('base64url') };
}
