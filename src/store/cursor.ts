import { StoreError } from './store-error.ts';

/** A place in a list, as the opaque text that callers hand back: the order key of the last row they got. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The order key in `cursor`, whose parts MUST have the given types. Throws `invalid_cursor` for anything else. */
export function decodeCursor(cursor: string, types: readonly ('string' | 'number')[]): (string | number)[] {
  const key = parse(cursor);
  const fits = Array.isArray(key) && key.length === types.length;
  if (!fits || !types.every((type, index) => typeof key[index] === type)) {
    throw new StoreError('invalid_cursor', 'the cursor is not one this list gave out');
  }
  return key;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
