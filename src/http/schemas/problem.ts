import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problem-codes.ts';

export const fieldErrorSchema = z.strictObject({
  pointer: z
    .string()
    .meta({ description: 'JSON pointer into the body; `/query/…` and `/path/…` for parameters.' }),
  message: z.string(),
  file: z.string().optional().meta({ description: 'In policy files; so are line and column, both from 1.' }),
  line: z.int().optional(),
  column: z.int().optional(),
  hint: z.string().optional(),
});

export const problemSchema = z.strictObject({
  type: z.string().meta({ description: '`urn:aisecops:problem:<code>`' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'For people; may change.' }),
  code: z
    .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
    .meta({ description: 'For programs; stable.' }),
  errors: z.array(fieldErrorSchema).optional(),
  trace_id: z.string().optional(),
});
