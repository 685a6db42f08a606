import { z } from 'zod';
import { BUNDLE_STATES } from '../../drift/drift.ts';
import { DRIFT_STATES, DRIFTED, MIN_SAMPLE, SHIFTING } from '../../drift/drift-report.ts';
import { LOG_BUNDLE_STATES } from '../../ingest/log-bundles.ts';

const status = z.enum(DRIFT_STATES).meta({
  description: `\`shifting\` from an index of ${SHIFTING}, \`drifted\` from ${DRIFTED}; \`too_few\`: under ${MIN_SAMPLE} on a side.`,
});
const index = z.number().meta({ description: 'Population stability index; 0 where nothing changed.' });
const counts = z.record(z.string(), z.int()).meta({ description: 'Plans by decision.' });
export const driftWindowSchema = z.strictObject({ from: z.string(), to: z.string(), plans: z.int() });

export const driftSchema = z.strictObject({
  bundle: z.strictObject({
    active: z.strictObject({ name: z.string(), version: z.string() }),
    approved: z.string().optional().meta({ description: '`approved_bundle` of the configuration.' }),
    status: z.enum(BUNDLE_STATES),
  }),
  windows: z.strictObject({
    baseline: driftWindowSchema,
    current: driftWindowSchema,
    counted_since: z.string().meta({ description: 'From here on everything is counted.' }),
    is_complete: z.boolean().meta({ description: 'False while older records are still being counted.' }),
  }),
  decisions: z.array(
    z.strictObject({
      tenant_id: z.string(),
      agent_id: z.string(),
      tool_name: z.string(),
      baseline: counts,
      current: counts,
      index,
      status,
    }),
  ),
  rules: z.array(z.strictObject({ rule: z.string(), baseline: z.int(), current: z.int(), index, status })),
  rules_never_met: z
    .array(z.string())
    .meta({ description: 'Rules of the active bundle that matched nothing.' }),
  logs: z
    .array(
      z.strictObject({
        log: z.string(),
        tenant_id: z.string(),
        status: z.enum(LOG_BUNDLE_STATES),
        version: z.string().optional().meta({ description: 'Of the bundle of the last decision.' }),
        decided_at: z.string().optional(),
      }),
    )
    .meta({ description: 'Logs that were taken over, and what their processes decided under last.' }),
});
