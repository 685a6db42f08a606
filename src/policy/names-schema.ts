import { z } from 'zod';

export const nameSchema = z.string().min(1).max(256);

export function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** One exact name or glob, a list of them, or `{ not_in: [...] }` for everything else. */
export const namesSchema = z
  .union([
    nameSchema,
    z.array(nameSchema).min(1).max(10_000),
    z.strictObject({ not_in: z.array(nameSchema).min(1).max(10_000) }),
  ])
  .transform((given) => {
    if (typeof given === 'string') return [given];
    return Array.isArray(given) ? sortedUnique(given) : { not_in: sortedUnique(given.not_in) };
  });
export type Names = z.output<typeof namesSchema>;
