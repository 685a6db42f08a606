import { compactVerify, createLocalJWKSet, errors, SignJWT } from 'jose';
import type { EventDraft, EventGroup } from '../audit/event.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { PublicJwk } from '../keys/signing-keys.ts';
import {
  PERMIT_AUDIENCE,
  type PermitClaims,
  type PermitSubject,
  permitClaims,
  permitClaimsSchema,
} from './permit-claims.ts';
import type { PermitEntry, PermitStore } from './permit-store.ts';

const DEFAULT_TTL_SECONDS = 300;

export type PermitProblem =
  | 'malformed'
  | 'bad_signature'
  | 'wrong_audience'
  | 'not_yet_valid'
  | 'expired'
  | 'unknown_permit'
  | 'consumed'
  | 'used_up'
  | 'agent_not_active';

export type PermitAnswer =
  | { valid: true; claims: PermitClaims; uses_left?: number }
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
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
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

  /** The last use of each permit that is being counted. */
  readonly #counting = new Map<string, Promise<PermitAnswer>>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#keyOf = createLocalJWKSet(this.jwks());
  }

  /** A permit for an allowed plan, its claims fixed and not signed yet. Waits for nothing. */
  prepare(subject: PermitSubject): PreparedPermit {
    const { issuer, newId, ttlSeconds = DEFAULT_TTL_SECONDS } = this.#deps;
    const claims = permitClaims(subject, { permitId: newId('prm'), issuer, ttlSeconds });
    const { jti: permit_id, sub: agent_id, plan_hash, execution_plan_id, max_uses } = claims;
    const expires_at = new Date(claims.exp * 1000).toISOString();
    return {
      permit_id,
      expires_at,
      event: {
        event_type: 'permit_issued',
        payload: {
          ...{ permit_id, plan_hash, execution_plan_id, agent_id, expires_at },
          ...(max_uses === undefined ? {} : { max_uses }),
        },
      },
      sign: () => this.#sign(claims),
    };
  }

  /**
   * Whether a permit holds now, for a caller of `tenant_id` (`*`: any); another tenant's is `unknown_permit`. Claims
   * come with every answer whose signature is good.
   *
   * Where the permit says how often it may be used, an answer that it holds is a use, durable before it is given; with
   * `use: false` it is only looked at. Any other permit is not changed. Rejects where a use cannot be recorded.
   */
  async verify(
    token: string,
    { tenant_id, use = true }: { tenant_id: string; use?: boolean },
  ): Promise<PermitAnswer> {
    const read = await this.#read(token);
    if ('reason' in read) return { valid: false, reason: read.reason };
    const { claims } = read;
    if (tenant_id !== '*' && tenant_id !== claims.tenant_id) {
      return { valid: false, reason: 'unknown_permit' };
    }
    if (claims.max_uses === undefined || !use) return this.#look(claims);
    return this.#inTurn(claims.jti, () => this.#use(claims));
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

  async #look(claims: PermitClaims): Promise<PermitAnswer> {
    const { jti, max_uses } = claims;
    const untimely = problemAt(claims, this.#deps.clock() / 1000);
    const entry = untimely === undefined ? await this.#deps.store.permit(jti) : undefined;
    const reason = untimely ?? this.#useProblem(claims, entry);
    if (reason !== undefined) return { valid: false, reason, claims };
    if (max_uses === undefined) return { valid: true, claims };
    return { valid: true, claims, uses_left: max_uses - (entry?.uses ?? 0) };
  }

  async #use(claims: PermitClaims): Promise<PermitAnswer> {
    const answer = await this.#look(claims);
    if (!answer.valid) return answer;
    const { jti: permit_id, sub: agent_id, tenant_id, trace_id, execution_plan_id } = claims;
    const uses_left = (answer.uses_left ?? 0) - 1;
    await this.#deps.record({
      context: { tenant_id, agent_id, trace_id, execution_plan_id },
      events: [{ event_type: 'permit_used', payload: { permit_id, uses_left } }],
    });
    return { ...answer, uses_left };
  }

  /** Uses of one permit are counted one after the other. */
  #inTurn(permitId: string, use: () => Promise<PermitAnswer>): Promise<PermitAnswer> {
    const before = this.#counting.get(permitId);
    const turn = before === undefined ? use() : before.then(use, use);
    this.#counting.set(permitId, turn);
    const done = (): void => {
      if (this.#counting.get(permitId) === turn) this.#counting.delete(permitId);
    };
    turn.then(done, done);
    return turn;
  }

  /** A permit whose event never became durable is in no store, so it permits nothing. */
  #useProblem(
    { sub: agent_id, tenant_id, max_uses }: PermitClaims,
    entry: PermitEntry | undefined,
  ): PermitProblem | undefined {
    if (entry === undefined) return 'unknown_permit';
    if (entry.consumed_at !== undefined) return 'consumed';
    if (max_uses !== undefined && entry.uses >= max_uses) return 'used_up';
    return this.#deps.isAgentActive({ tenant_id, agent_id }) ? undefined : 'agent_not_active';
  }
}

function problemAt(claims: PermitClaims, nowSeconds: number): PermitProblem | undefined {
  if (claims.aud !== PERMIT_AUDIENCE) return 'wrong_audience';
  if (nowSeconds < claims.nbf) return 'not_yet_valid';
  return nowSeconds >= claims.exp ? 'expired' : undefined;
}
