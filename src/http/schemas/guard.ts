import { z } from 'zod';
import { VERDICTS } from '../../guard/finding.ts';
import { findingSchema } from './decision.ts';

export const inspectionSchema = z.strictObject({
  verdict: z.enum(VERDICTS).meta({ description: "The guard's word for the text; no decision on a plan." }),
  findings: z
    .array(findingSchema)
    .meta({ description: 'Offsets are UTF-16 offsets into the text at `pointer`.' }),
  sanitized: z
    .union([z.string(), z.array(z.looseObject({ role: z.string() }))])
    .meta({ description: 'What was submitted, in the form it was submitted in, with secrets replaced.' }),
  truncated: z.boolean().meta({ description: 'A text was longer than the guard reads in full.' }),
  duration_us: z.int().min(0),
});
