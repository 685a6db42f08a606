import { z } from 'zod';
import { canonicalHash } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { Obligation } from '../policy/bundle.ts';

export const PERMIT_AUDIENCE = 'aisecops-executor';

/** What a permit says. Times are seconds since 1970, as JWTs have them. */
export const permitClaimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  /** The agent. */
  sub: z.string(),
  /** The permit's own id. */
  jti: z.string(),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
  tenant_id: z.string(),
  trace_id: z.string(),
  execution_plan_id: z.string(),
  plan_hash: z.string(),
  bundle_version: z.string(),
  /** How often the gateway says at most that the permit holds; absent: until its plan is done. */
  max_uses: z.int().min(1).optional(),
  steps: z.array(
    z.object({
      step_id: z.string(),
      tool_name: z.string(),
      /** Canonical hash of the arguments with the step's obligations met: what the executor is about to run. */
      arguments_hash: z.string(),
    }),
  ),
});
export type PermitClaims = z.infer<typeof permitClaimsSchema>;

/** What a permit is made from: an allowed plan and what decided it. */
export type PermitSubject = {
  normalized: {
    plan: { steps: readonly { step_id: string; tool_name: string; arguments: JsonObject }[] };
    plan_hash: string;
    envelope: { trace_id: string; execution_plan_id: string };
  };
  facts: {
    now: string;
    agent?: { agent_id: string; tenant_id: string };
    bundle: { version: string };
  };
  decision: {
    steps: readonly { step_id: string; obligations: readonly Obligation[]; arguments_hash?: string }[];
  };
};

/** The tightest limits that any step asks for; what nobody limits is absent. */
export function permitLimits(steps: PermitSubject['decision']['steps']): { seconds?: number; uses?: number } {
  const asked = steps.flatMap(({ obligations }) => obligations);
  const seconds = asked.flatMap((one) => (one.type === 'permit_ttl' ? one.seconds : []));
  const uses = asked.flatMap((one) => (one.type === 'permit_max_uses' ? one.uses : []));
  return {
    ...(seconds.length === 0 ? {} : { seconds: Math.min(...seconds) }),
    ...(uses.length === 0 ? {} : { uses: Math.min(...uses) }),
  };
}

/**
 * Claims for one allowed plan: for `ttlSeconds`, or as long as its rules let it last. The agent MUST be known: no plan
 * of an unknown one is allowed.
 */
export function permitClaims(
  { normalized, facts, decision }: PermitSubject,
  { permitId, issuer, ttlSeconds }: { permitId: string; issuer: string; ttlSeconds: number },
): PermitClaims {
  if (facts.agent === undefined) throw new Error('a permit was asked for without an agent');
  const { plan, plan_hash, envelope } = normalized;
  const hashes = new Map(decision.steps.map((step) => [step.step_id, step.arguments_hash]));
  const { seconds = ttlSeconds, uses } = permitLimits(decision.steps);
  const iat = Math.floor(Date.parse(facts.now) / 1000);
  return {
    iss: issuer,
    aud: PERMIT_AUDIENCE,
    sub: facts.agent.agent_id,
    jti: permitId,
    iat,
    nbf: iat,
    exp: iat + Math.min(seconds, ttlSeconds),
    tenant_id: facts.agent.tenant_id,
    trace_id: envelope.trace_id,
    execution_plan_id: envelope.execution_plan_id,
    plan_hash,
    bundle_version: facts.bundle.version,
    ...(uses === undefined ? {} : { max_uses: uses }),
    steps: plan.steps.map((step) => ({
      step_id: step.step_id,
      tool_name: step.tool_name,
      arguments_hash: hashes.get(step.step_id) ?? canonicalHash(step.arguments),
    })),
  };
}
