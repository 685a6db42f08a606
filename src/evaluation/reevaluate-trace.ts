import { type Replay, refOf, type TraceRef } from '../replay/replay.ts';
import type { BundleVersions } from './bundle-versions.ts';
import { recordedDecisions } from './recorded-decision.ts';
import { isIdentical, purgedPlans, type Reevaluation, reevaluate } from './reevaluate.ts';

/** Every decision of a trace made again. */
export type TraceReevaluation = {
  trace_id: string;
  /** The log it stands in, where that was taken over. */
  log?: string;
  /** All of them came out as they were recorded, byte for byte; never where there is none. */
  identical: boolean;
  plans: Reevaluation[];
};

export type ReevaluationSources = {
  /** The events of a trace, checked against the log; `undefined` for one of another tenant. */
  events: Replay['events'];
  bundles: BundleVersions;
};

export type ReevaluateTrace = (
  trace: TraceRef,
  tenantId: string,
  policy?: string,
) => Promise<TraceReevaluation | undefined>;

/**
 * Decides the plans of a trace again: each under the bundle it was decided under, or all under `policy`, the version of
 * a bundle or the name of the active one. Rejects with `PolicyNotFound`.
 */
export function createReevaluateTrace({ events, bundles }: ReevaluationSources): ReevaluateTrace {
  return async (trace, tenantId, policy) => {
    const found = await events(trace.trace_id, tenantId, trace.log);
    if (found === undefined) return undefined;
    const candidate = policy === undefined ? undefined : await bundles.named(policy);
    const plans = purgedPlans(found.events);
    for (const recorded of recordedDecisions(found.events)) {
      const version = recorded.received.policy_bundle ?? '';
      plans.push(reevaluate(recorded, candidate ?? (await bundles.version(version))));
    }
    return { ...refOf(trace, found), identical: isIdentical(plans), plans };
  };
}
