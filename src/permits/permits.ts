import { compactVerify, createLocalJWKSet, errors, SignJWT } from 'jose';
import type { EventDraft } from '../audit/event.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { PublicJwk } from '../keys/signing-keys.ts';
import {
  PERMIT_AUDIENCE,
  type PermitClaims,
  type PermitSubject,
  permitClaims,
  permitClaimsSchema,
} from './permit-claims.ts';
import type { PermitStore } from './permit-store.ts';

const DEFAULT_TTL_SECONDS = 300;

export type PermitProblem =
  | 'malformed'
  | 'bad_signature'
  | 'wrong_audience'
  | 'not_yet_valid'
  | 'expired'
  | 'unknown_permit'
  | 'consumed'
  | 'agent_not_active';

export type PermitAnswer =
  | { valid: true; claims: PermitClaims }
  | { valid: false; reason: PermitProblem; claims?: PermitClaims };

/** A permit before it is durable. `event` MUST be in the group of the decision; `sign` comes after it is durable. */
export type PreparedPermit = {
  permit_id: string;
  expires_at: string;
  event: EventDraft;
  sign(): Promise<string>;
};

type Deps = {
  store: PermitStore;
  keys: Pick<KeyRing, 'current' | 'retired'>;
  /** Who signs: the `iss` of every permit. */
  issuer: string;
  clock: () => number;
  newId: (prefix: string) => string;
  /** Whether the agent is known and may act now. */
  isAgentActive: (agent: { tenant_id: string; agent_id: string }) => boolean;
  /** Default 300. */
  ttlSeconds?: number;
};

/**
 * Permits: signed, short-lived rights to run exactly one allowed plan, once.
 *
 * An executor verifies one with the public key alone, and so learns what may run and with which arguments. That it
 * has not been used, and that its agent may still act, it learns only here.
 */
export class Permits {
  readonly #deps: Deps;

  readonly #keyOf: ReturnType<typeof createLocalJWKSet>;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#keyOf = createLocalJWKSet(this.jwks());
  }

  /** A permit for an allowed plan, its claims fixed and not signed yet. Waits for nothing. */
  prepare(subject: PermitSubject): PreparedPermit {
    const { issuer, newId, ttlSeconds = DEFAULT_TTL_SECONDS } = this.#deps;
    const claims = permitClaims(subject, { permitId: newId('prm'), issuer, ttlSeconds });
    const { jti: permit_id, sub: agent_id, plan_hash, execution_plan_id } = claims;
    const expires_at = new Date(claims.exp * 1000).toISOString();
    return {
      permit_id,
      expires_at,
      event: {
        event_type: 'permit_issued',
        payload: { permit_id, plan_hash, execution_plan_id, agent_id, expires_at },
      },
      sign: () => this.#sign(claims),
    };
  }

  /**
   * Whether a permit holds now, for a caller of `tenant_id` (`*`: any); another tenant's is `unknown_permit`.
   * Consumes nothing. Claims come with every answer whose signature is good.
   */
  async verify(token: string, caller: { tenant_id: string }): Promise<PermitAnswer> {
    const read = await this.#read(token);
    if ('reason' in read) return { valid: false, reason: read.reason };
    const { claims } = read;
    if (caller.tenant_id !== '*' && caller.tenant_id !== claims.tenant_id) {
      return { valid: false, reason: 'unknown_permit' };
    }
    const reason = problemAt(claims, this.#deps.clock() / 1000) ?? (await this.#useProblem(claims));
    return reason === undefined ? { valid: true, claims } : { valid: false, reason, claims };
  }

  /**
   * Why a permit is not one that a plan ran under; nothing where it is. That it has expired since is no reason: it was
   * to be used before, and the plan may have taken long.
   */
  async problemOf(
    token: string,
    plan: { tenant_id: string; agent_id: string | undefined; execution_plan_id: string },
  ): Promise<string | undefined> {
    const read = await this.#read(token);
    if ('reason' in read) return `is no permit of this gateway: ${read.reason}`;
    const { jti, sub, tenant_id, execution_plan_id } = read.claims;
    const isOfPlan =
      tenant_id === plan.tenant_id && sub === plan.agent_id && execution_plan_id === plan.execution_plan_id;
    const entry = isOfPlan ? await this.#deps.store.permit(jti) : undefined;
    if (entry === undefined) return 'is a permit of another plan';
    return entry.consumed_at === undefined
      ? undefined
      : `was consumed by the outcome of ${entry.consumed_at}`;
  }

  /** Events that consume the permits of a plan issued up to a sequence, to stand in the group of its outcome. */
  async consumptions(tenantId: string, executionPlanId: string, through?: number): Promise<EventDraft[]> {
    const open = await this.#deps.store.openPermits(tenantId, executionPlanId, through);
    return open.map(({ permit_id }) => ({ event_type: 'permit_consumed', payload: { permit_id } }));
  }

  /** The public keys that permits are verified with (RFC 7517): a rotation voids no permit that is still open. */
  jwks(): { keys: PublicJwk[] } {
    const { current, retired } = this.#deps.keys;
    return { keys: [current.publicJwk, ...retired.toReversed()] };
  }

  #sign(claims: PermitClaims): Promise<string> {
    const { kid, privateKey } = this.#deps.keys.current;
    return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid }).sign(privateKey);
  }

  async #read(token: string): Promise<{ claims: PermitClaims } | { reason: 'malformed' | 'bad_signature' }> {
    try {
      const { payload } = await compactVerify(token, this.#keyOf, { algorithms: ['EdDSA'] });
      const { success, data } = permitClaimsSchema.safeParse(JSON.parse(new TextDecoder().decode(payload)));
      return success ? { claims: data } : { reason: 'malformed' };
    } catch (error) {
      const isForged =
        error instanceof errors.JWSSignatureVerificationFailed ||
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JOSEAlgNotAllowed;
      return { reason: isForged ? 'bad_signature' : 'malformed' };
    }
  }

  /** A permit whose event never became durable is in no store, so it permits nothing. */
  async #useProblem({ jti, sub: agent_id, tenant_id }: PermitClaims): Promise<PermitProblem | undefined> {
    const entry = await this.#deps.store.permit(jti);
    if (entry === undefined) return 'unknown_permit';
    if (entry.consumed_at !== undefined) return 'consumed';
    return this.#deps.isAgentActive({ tenant_id, agent_id }) ? undefined : 'agent_not_active';
  }
}

function problemAt(claims: PermitClaims, nowSeconds: number): PermitProblem | undefined {
  if (claims.aud !== PERMIT_AUDIENCE) return 'wrong_audience';
  if (nowSeconds < claims.nbf) return 'not_yet_valid';
  return nowSeconds >= claims.exp ? 'expired' : undefined;
}
