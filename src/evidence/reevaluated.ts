import { recordedDecisions } from '../evaluation/recorded-decision.ts';
import { isIdentical, purgedPlans, reevaluate } from '../evaluation/reevaluate.ts';
import type { TraceReevaluation } from '../evaluation/reevaluate-trace.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { type EvidenceRecord, eventsByTrace } from './record.ts';

/** Every plan decided again under the bundle that is in the record, by trace. */
export function reevaluated(record: EvidenceRecord): TraceReevaluation[] {
  const compiled = new Map<string, Bundle | undefined>();
  const bundleOf = (version: string): Bundle | undefined => {
    const content = record.policies.get(version);
    if (!compiled.has(version)) compiled.set(version, content && compileBundleContent(content).bundle);
    return compiled.get(version);
  };
  return [...eventsByTrace(record)].map(([trace_id, events]) => {
    const again = recordedDecisions(events).map((recorded) =>
      reevaluate(recorded, bundleOf(recorded.received.policy_bundle ?? '')),
    );
    const plans = [...purgedPlans(events), ...again];
    return { trace_id, identical: isIdentical(plans), plans };
  });
}

/** The re-evaluations of a period: all are counted, and those that are not identical stand there. */
export function exceptionsOf(traces: readonly TraceReevaluation[]) {
  const plans = traces.flatMap((trace) => trace.plans.map((plan) => ({ trace_id: trace.trace_id, ...plan })));
  const exceptions = plans.filter(({ result }) => result !== 'identical');
  return { identical: exceptions.length === 0, plans: plans.length, exceptions };
}
