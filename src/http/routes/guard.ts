import { inspectRequestSchema } from '../../evaluation/inspect-request.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { INSPECT_EXAMPLES } from '../examples/guard.ts';
import { jsonText, type Operation, operation } from '../operation.ts';
import { inspectionSchema } from '../schemas/guard.ts';

export function guardOperations(gateway: Gateway): Operation[] {
  return [
    operation({
      route: 'POST /guard/inspect',
      operationId: 'inspect',
      tag: 'guard',
      summary: 'Inspect a text or messages',
      description:
        'The guard alone, for texts that are in no plan: prompts on their way in, retrieved text, output on its way out. It decides nothing and leaves no event. A clean verdict is no proof of safety (docs/guard.md).',
      body: { check: inspectRequestSchema, examples: INSPECT_EXAMPLES },
      answers: { 200: { description: 'What the guard saw.', schema: inspectionSchema } },
      problems: ['inspection_unavailable'],
      handle: async ({ body, gone }) => {
        const started = performance.now();
        const answer = await gateway.inspect(body, gone);
        const duration = Math.round((performance.now() - started) * 1000);
        return jsonText(`${answer.slice(0, -1)},"duration_us":${duration}}`);
      },
    }),
  ];
}
