import { z } from 'zod';
import { recordedTime } from '../../audit/recorded-time.ts';

/** An id in a path or a filter. Whether anything of that id exists is not a matter of its form. */
export const idSchema = z.string().min(1).max(256);

/** The same in a path, with what the documentation fills in: the ids of its own examples. */
export function pathId(example: string) {
  return idSchema.meta({ example });
}

/** A whole number of a query, written as people write one: not `0x10`, not `1e2`, not nothing at all. */
export function wholeNumber(min: number, max: number) {
  const digits = (text: unknown) =>
    typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text;
  return z.preprocess(digits, z.int().min(min).max(max));
}

/** What every list takes. */
export const pageQuery = {
  limit: wholeNumber(1, 500).default(50).meta({ description: 'Most entries of one page.' }),
  cursor: z
    .string()
    .min(1)
    .max(1024)
    .exactOptional()
    .meta({ description: '`next_cursor` of the page before. Opaque.' }),
};

/** RFC 3339 with any offset, brought to the form in which times are recorded and compared. */
export const time = z.iso.datetime({ offset: true }).transform((text, context) => {
  const recorded = recordedTime(text);
  if (recorded !== undefined) return recorded;
  context.addIssue({ code: 'custom', message: 'not a time of the years 0000 to 9999 in UTC' });
  return z.NEVER;
});

export const periodQuery = {
  from: time.exactOptional().meta({ description: 'At or after this time (RFC 3339).' }),
  to: time.exactOptional().meta({ description: 'Before this time (RFC 3339).' }),
};

export const tenantQuery = {
  tenant_id: idSchema.exactOptional().meta({
    description: 'For callers of all tenants (`*`). A caller of one tenant finds nothing under another.',
  }),
};

/** The answer of a list, under the name of what it lists. */
export function page<N extends string, T extends z.ZodType>(name: N, item: T) {
  return z.strictObject({
    [name]: z.array(item),
    next_cursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  });
}
