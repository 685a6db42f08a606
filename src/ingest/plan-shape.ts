import { z } from 'zod';

const texts = z.array(z.string());
const sources = z.array(z.looseObject({ source_type: z.string(), derived_from: texts.optional() }));

/** The members of a plan that whoever reads it back goes through. Values in them may have been redacted. */
const planShape = z.looseObject({
  agent: z.looseObject({}),
  provenance: sources,
  parent: z.looseObject({ trace_id: z.string() }).optional(),
  steps: z
    .array(
      z.looseObject({
        step_id: z.string(),
        tool_name: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        cost: z.looseObject({ tokens: z.number(), tool_calls: z.number(), usd_micros: z.number() }),
        depends_on: texts,
        provenance: sources,
      }),
    )
    .min(1),
});

/** Whether the payload of a `plan_received` holds a plan as every log of ours has it. */
export function holdsPlan(payload: unknown): boolean {
  return z.looseObject({ plan: planShape }).safeParse(payload).success;
}
