import { z } from 'zod';
import { SINK_KINDS } from '../../sinks/sink-config.ts';
import { SINK_STATES } from '../../sinks/sink-status.ts';

export const sinkSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(SINK_KINDS),
  state: z.enum(SINK_STATES).meta({
    description:
      '`failing`: the last attempt failed, and there will be another one. `full`: there is no room for another dead letter; the sink waits.',
  }),
  next_sequence: z.int().optional().meta({ description: 'The event that comes next.' }),
  lag_events: z.int().optional().meta({ description: 'Events between the sink and the end of the log.' }),
  error: z.string().optional().meta({ description: 'Of the last attempt, if it failed.' }),
  next_attempt_at: z.string().optional(),
  dead_letters: z.int(),
  delivered: z.int().meta({ description: 'Events since the start of the process.' }),
  failures: z.int().meta({ description: 'Failed attempts since the start of the process.' }),
});

/** An event that a target refused. */
export const deadLetterSchema = z.strictObject({
  sink: z.string(),
  sequence: z.int(),
  log: z.string().optional().meta({ description: 'The log it stands in, where that was taken over.' }),
  recorded: z
    .int()
    .optional()
    .meta({ description: 'Then: the event of the gateway’s log that tells of it.' }),
  event_id: z.string(),
  event_type: z.string(),
  tenant_id: z.string().optional(),
  trace_id: z.string().optional(),
  failed_at: z.string(),
  attempts: z.int(),
  error: z.string(),
});

export const sinkFailuresSchema = z.strictObject({
  sinks: z.array(sinkSchema),
  dead_letters: z.array(deadLetterSchema),
  next_cursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
});

export const sinkRetrySchema = z.strictObject({
  sink: z.string(),
  letters: z.int().meta({ description: 'Dead letters that are sent again.' }),
});
