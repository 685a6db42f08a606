import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../src/audit/event.ts';
import { recordedDecisions } from '../../src/evaluation/recorded-decision.ts';
import { reevaluate } from '../../src/evaluation/reevaluate.ts';
import type { Bundle } from '../../src/policy/bundle.ts';

export type NaivePlan = {
  event: AuditEvent;
  tools: string[];
  before: string | undefined;
  after: string | undefined;
  sameReason: boolean;
  missing: string | undefined;
};

const ORDER = ['allow', 'require_approval', 'block'];

/** The same question with other means: every line parsed, every plan re-evaluated in full, nothing skipped. */
export function naiveBacktest(file: string, bundle: Bundle): NaivePlan[] {
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => withBlob(file, JSON.parse(line)));
  return recordedDecisions(events).flatMap((recorded) => {
    const { result, missing, mode, recorded: before, reevaluated: after } = reevaluate(recorded, bundle);
    if (mode !== 'enforce') return [];
    const plan = recorded.received.payload?.['plan'] as { steps: { tool_name: string }[] };
    const sameReason = before.reason === after?.reason && before.control === after?.control;
    return {
      event: recorded.received,
      tools: [...new Set(plan.steps.map(({ tool_name }) => tool_name))],
      before: before.decision,
      after: after?.decision,
      sameReason,
      missing: result === 'not_reproducible' ? missing : undefined,
    };
  });
}

function withBlob(file: string, event: AuditEvent): AuditEvent {
  const { blob } = (event.payload ?? {}) as { blob?: string };
  if (blob === undefined) return event;
  const path = join(file, '..', 'blobs', blob.replace('sha256:', ''));
  return { ...event, payload: JSON.parse(readFileSync(path, 'utf8')) };
}

export function effects(plans: readonly NaivePlan[]): { loosened: number; tightened: number } {
  const steps = plans.map(({ before, after }) =>
    after === undefined ? 0 : ORDER.indexOf(after) - ORDER.indexOf(before ?? ''),
  );
  return {
    loosened: steps.filter((step) => step < 0).length,
    tightened: steps.filter((step) => step > 0).length,
  };
}
