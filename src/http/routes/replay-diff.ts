import { z } from 'zod';
import type { DiffTarget, TraceComparison } from '../../evaluation/diff-trace.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { renderContradictions, renderDiff } from '../../replay/diff/render-diff.ts';
import { type Answer, json, type Operation, operation } from '../operation.ts';
import { HttpError } from '../problem.ts';
import { traceDiffSchema } from '../schemas/diff.ts';
import { refIn, traceLogsQuery } from '../schemas/ingest.ts';
import { idSchema, pathId } from '../schemas/paging.ts';

const FORMATS = ['json', 'text'] as const;
const TEXT = 'text/plain';

export function replayDiff(gateway: Gateway): Operation {
  return operation({
    route: 'GET /replay/:trace_id/diff',
    operationId: 'diffTrace',
    tag: 'replay',
    summary: 'Hold a trace against another one, or against a policy',
    description:
      'Give either `against`, another trace, or `policy`, the version of a bundle or the name of the active one: then the recorded plans are decided under it. Plans and steps are paired first. Every change has its place, and decisions that changed say whether they were loosened or tightened and because of which rule, fact or input. `patch` is the same as JSON Patch.',
    params: z.strictObject({ trace_id: pathId('run-123') }),
    query: z.strictObject({
      against: idSchema.exactOptional().meta({ description: 'Another trace.' }),
      policy: idSchema
        .exactOptional()
        .meta({ description: 'The version of a bundle, or the name of the active one.' }),
      ...traceLogsQuery,
      format: z.enum(FORMATS).default('json').meta({ description: '`text` is for people.' }),
    }),
    answers: { 200: { description: 'What differs.', schema: traceDiffSchema, alsoAs: [TEXT] } },
    problems: ['trace_not_found', 'policy_not_found', 'audit_damaged'],
    handle: async ({ params: { trace_id }, query: { format, log, ...query }, caller }) => {
      const found = await gateway.diff(refIn(log, trace_id), targetOf(query), caller.tenant_id);
      if ('missing' in found) throw new HttpError('trace_not_found', `There is no trace ${found.missing}.`);
      return format === 'json' ? json(found) : textOf(found);
    },
  });
}

type Target = { against?: string; policy?: string; against_log?: string };

function targetOf({ against, policy, against_log }: Target): DiffTarget {
  if (against !== undefined && policy === undefined) return refIn(against_log, against);
  if (policy !== undefined && against === undefined) return { policy };
  throw new HttpError('invalid_request', 'Give one of the two: against (a trace) or policy (a bundle).', {
    errors: [{ pointer: '/query', message: 'give either against or policy' }],
  });
}

function textOf(found: TraceComparison): Answer {
  const { before, after } = found;
  const name =
    'bundle' in after ? `${after.bundle.name} ${after.bundle.version.slice(0, 19)}` : after.trace_id;
  const title = { before: before.trace_id, after: name, isWhole: found.identical };
  const body = renderDiff(found, title) + renderContradictions(found.contradictions);
  return { status: 200, contentType: `${TEXT}; charset=utf-8`, body };
}
