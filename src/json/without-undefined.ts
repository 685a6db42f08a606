/** The members that have a value. A plain object in any case: one from which members are deleted would be slow. */
export function withoutUndefined<T extends object>(
  object: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const present: Record<string, unknown> = {};
  for (const key in object) {
    if (object[key] !== undefined) present[key] = object[key];
  }
  return present as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
