import { z } from 'zod';
import type { TraceRef } from '../../replay/replay.ts';
import { receiptSchema } from './decision.ts';
import { idSchema } from './paging.ts';

const origin = z
  .string()
  .regex(/^[!-*,-~]{1,128}$/, 'an origin is printable ASCII without space and plus, up to 128 long')
  .meta({ description: 'The name of the log, as its first event says it.' });

export const originQuery = origin;

/** For routes that read what was recorded: which log is meant. */
export const logQuery = {
  log: idSchema.exactOptional().meta({
    description:
      'The origin of one log, taken over or the gateway’s own. Absent: the gateway’s own and, where a trace or a list of traces is asked for, all that were taken over.',
  }),
};

/** For routes that hold one trace against another. */
export const traceLogsQuery = {
  log: idSchema.exactOptional().meta({
    description:
      'The origin of the log the trace is in. Absent: the gateway’s own, and where that has none the first by name.',
  }),
  against_log: idSchema.exactOptional().meta({ description: 'The same of the trace that `against` names.' }),
};

export function refIn(log: string | undefined, trace_id: string): TraceRef {
  return log === undefined ? { trace_id } : { trace_id, log };
}

export const originInputSchema = z.strictObject({
  origin,
  verifier_key: z.string().min(1).max(1024).meta({
    description: 'The key that signs its checkpoints: `name+id+base64`, from whoever runs the process.',
  }),
  tenant_id: idSchema.exactOptional().meta({ description: 'Needed of callers of all tenants (`*`).' }),
});

export const originSchema = z.strictObject({
  origin: z.string(),
  tenant_id: z.string(),
  verifier_key: z.string(),
  registered_by: z.string(),
  registered_at: z.string(),
  next_sequence: z.int().meta({ description: 'The event that comes next: so many were taken over.' }),
  head_hash: z.string().optional().meta({ description: 'Hash of the last of them.' }),
  bytes: z.int(),
});

export const originListSchema = z.strictObject({ origins: z.array(originSchema) });

export const ingestAnswerSchema = z.strictObject({
  origin: z.string(),
  first_sequence: z.int().meta({ description: 'The first event that was new.' }),
  events: z.int().meta({ description: 'New events that were taken over.' }),
  duplicates: z.int().meta({ description: 'Events that were here before: they change nothing.' }),
  bytes: z.int(),
  next_sequence: z.int(),
  head_hash: z.string(),
  root: z.string().meta({ description: 'Root of the Merkle tree over all events, base64.' }),
  checkpoint_size: z.int().meta({ description: 'Events under the checkpoint that came along.' }),
  audit: receiptSchema
    .optional()
    .meta({ description: 'Where the gateway’s own log says so; absent where nothing was new.' }),
});
