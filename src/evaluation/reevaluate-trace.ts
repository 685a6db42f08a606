import { LRUCache } from 'lru-cache';
import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { type RecordedDecision, recordedDecisions } from './recorded-decision.ts';
import { type Reevaluation, reevaluate } from './reevaluate.ts';

/** Compiled bundles kept: those that decisions lie under are few, and each is some megabytes. */
const BUNDLES_KEPT = 8;

/** Every decision of a trace made again. */
export type TraceReevaluation = {
  trace_id: string;
  /** All of them came out as they were recorded, byte for byte. */
  identical: boolean;
  plans: Reevaluation[];
};

/** The bundle asked for was never active here. */
export class PolicyNotFound extends Error {
  readonly code = 'policy_not_found';
}

export type ReevaluationSources = {
  /** The events of a trace, checked against the log; `undefined` for one of another tenant. */
  events(traceId: string, tenantId: string): Promise<{ events: AuditEvent[] } | undefined>;
  /** The content of a bundle that was ever active. */
  content(version: string): Promise<JsonObject | undefined>;
  active(): Bundle;
};

export type ReevaluateTrace = (
  traceId: string,
  tenantId: string,
  policy?: string,
) => Promise<TraceReevaluation | undefined>;

/**
 * Decides the plans of a trace again: each under the bundle it was decided under, or all under `policy`, the version of
 * a bundle or the name of the active one. Throws `PolicyNotFound`.
 */
export function createReevaluateTrace({ events, content, active }: ReevaluationSources): ReevaluateTrace {
  const compiled = new LRUCache<string, Bundle>({ max: BUNDLES_KEPT });
  const bundleOf = async (version: string): Promise<Bundle | undefined> => {
    if (active().version === version) return active();
    const known = compiled.get(version);
    if (known !== undefined) return known;
    const kept = await content(version);
    const bundle = kept && compileBundleContent(kept).bundle;
    if (bundle !== undefined) compiled.set(version, bundle);
    return bundle;
  };
  return async (traceId, tenantId, policy) => {
    const found = await events(traceId, tenantId);
    if (found === undefined) return undefined;
    const candidate = policy === undefined ? undefined : await candidateOf(policy, active(), bundleOf);
    const plans: Reevaluation[] = [];
    for (const recorded of recordedDecisions(found.events)) {
      plans.push(reevaluate(recorded, candidate ?? (await bundleOf(versionOf(recorded)))));
    }
    return { trace_id: traceId, identical: plans.every(({ result }) => result === 'identical'), plans };
  };
}

async function candidateOf(
  policy: string,
  active: Bundle,
  bundleOf: (version: string) => Promise<Bundle | undefined>,
): Promise<Bundle> {
  if (policy === active.name) return active;
  const bundle = await bundleOf(policy);
  if (bundle !== undefined) return bundle;
  throw new PolicyNotFound(`There is no bundle ${policy}.`);
}

function versionOf({ received }: RecordedDecision): string {
  return received.policy_bundle ?? '';
}
