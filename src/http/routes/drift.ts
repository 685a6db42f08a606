import type { Gateway } from '../../gateway/gateway.ts';
import { json, type Operation, operation } from '../operation.ts';
import { driftSchema } from '../schemas/drift.ts';

export function driftOperations(gateway: Gateway): Operation[] {
  return [
    operation({
      route: 'GET /drift',
      operationId: 'getDrift',
      tag: 'policy',
      summary: 'See whether what is decided is still what was',
      description:
        'The last day against the week before: the mix of decisions for each tool of each agent, tools that are new or gone, how often rules match, rules that never do, whether the active bundle is the approved one, and for each log that was taken over whether its last decision was made under the active bundle. What drifts is also an event (`drift_detected`) and a metric. Plans that were enforced count; those that moved most come first.',
      answers: { 200: { description: 'What moved.', schema: driftSchema } },
      problems: ['audit_damaged'],
      handle: async ({ caller }) =>
        json({
          ...gateway.drift.report(caller.tenant_id),
          logs: await gateway.logBundles(caller.tenant_id),
        }),
    }),
  ];
}
