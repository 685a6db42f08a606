/**
 * What is read from a line that nobody vouches for, or nothing where it cannot be: a view of the log ends at no line, but
 * counts what it could not read.
 */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
