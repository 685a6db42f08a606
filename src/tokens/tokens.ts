import type { EventGroup } from '../audit/event.ts';
import { type HoldsSecret, refuseSecretIds } from '../audit/secret-id.ts';
import { sha256 } from '../json/canonical.ts';
import type { Caller } from './caller.ts';
import { People } from './people.ts';
import { TokenError } from './token-error.ts';
import { grantedToken, type TokenRequest } from './token-rules.ts';
import type { TokenEntry, TokenQuery, TokenStore } from './token-store.ts';

const PREFIX = 'aisecops_';
/** Longer bearers are refused before they are hashed. */
const MAX_TOKEN_LENGTH = 512;
export const MIN_ADMIN_TOKEN_LENGTH = 16;

/** A token as lists show it. */
export type PublicToken = Omit<TokenEntry, 'hash'>;

type Deps = {
  store: TokenStore;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  holdsSecret: HoldsSecret;
  clock: () => number;
  newId: () => string;
  /** 256 random bits as base64url. */
  newSecret: () => string;
};

/**
 * Bearer tokens. A token is shown once, when it is made; kept is only its SHA-256, so neither the database nor the
 * log can be used to call the gateway. No slow hash is needed: a secret of 256 random bits cannot be guessed.
 */
export class Tokens {
  readonly #deps: Deps;
  readonly #callers = new Map<string, Caller>();
  readonly #people = new People();

  private constructor(deps: Deps) {
    this.#deps = deps;
  }

  static async open(deps: Deps): Promise<Tokens> {
    const tokens = new Tokens(deps);
    for (const entry of await deps.store.activeTokens()) tokens.#callers.set(entry.hash, toCaller(entry));
    for (const made of await deps.store.tokenMakers()) tokens.#people.add(made);
    return tokens;
  }

  /**
   * Who holds this bearer token. `undefined` for an unknown or a revoked one. Looking up by hash leaks nothing
   * through its timing: how a guess compares with a stored hash says nothing about another guess.
   */
  authenticate(bearer: string): Caller | undefined {
    if (bearer.length === 0 || bearer.length > MAX_TOKEN_LENGTH) return undefined;
    return this.#callers.get(sha256(bearer));
  }

  /** Whether a token stands for somebody still: for what began with it and goes on. */
  isActive(tokenId: string): boolean {
    return [...this.#callers.values()].some(({ token_id }) => token_id === tokenId);
  }

  /** Whether two names count as one person: see `People`. */
  isSamePerson(one: string, other: string): boolean {
    return this.#people.isSame(one, other);
  }

  /** Makes a token. The secret is in the answer and nowhere else. Rejects as `grantedToken` throws, and with `SecretId`. */
  async create(request: TokenRequest, creator: Caller): Promise<{ token: string; entry: PublicToken }> {
    const granted = grantedToken(request, creator);
    const { name, tenant_id, agent_id } = granted;
    const given = Object.entries({ name, tenant_id, agent_id });
    refuseSecretIds(
      given.map(([member, id]) => ({ pointer: `/${member}`, id })),
      this.#deps.holdsSecret,
    );
    const token = `${PREFIX}${this.#deps.newSecret()}`;
    const entry = await this.#add(token, { ...granted, created_by: creator.name, is_bootstrap: false });
    return { token, entry };
  }

  /**
   * Makes the configured token (at least 16 characters, else `weak_admin_token`) the admin's; a configured token of an
   * earlier start is revoked.
   */
  async useConfigured(token: string): Promise<void> {
    if (token.length < MIN_ADMIN_TOKEN_LENGTH || token.length > MAX_TOKEN_LENGTH) {
      const bounds = `${MIN_ADMIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH}`;
      throw new TokenError('weak_admin_token', `the admin token must have ${bounds} characters`);
    }
    const hash = sha256(token);
    for (const entry of await this.#deps.store.activeTokens()) {
      if (entry.is_bootstrap && entry.hash !== hash) await this.#revoke(entry, 'configuration');
    }
    if (!this.#callers.has(hash)) await this.#add(token, ADMIN);
  }

  /**
   * An admin token where nobody could log in as admin of all tenants; otherwise nothing. The caller MUST show it: it is
   * returned this once. Call it last of all at start, so that no failing start can lose it.
   */
  async firstAdminToken(): Promise<string | undefined> {
    const hasAdmin = [...this.#callers.values()].some(
      (one) => one.roles.includes('admin') && one.tenant_id === '*',
    );
    if (hasAdmin) return undefined;
    const token = `${PREFIX}${this.#deps.newSecret()}`;
    await this.#add(token, ADMIN);
    return token;
  }

  /** Newest first, revoked ones too, of one tenant or of all. `limit`: 1 to 1000. Rejects with `invalid_cursor`. */
  async list(query: TokenQuery): Promise<{ items: PublicToken[]; next_cursor?: string }> {
    const page = await this.#deps.store.tokens(query);
    return { ...page, items: page.items.map(toPublic) };
  }

  /**
   * Revokes a token of the caller's tenants at once. Rejects with `token_not_found`, also for another tenant's.
   * Revoking twice is no error and records nothing.
   */
  async revoke(tokenId: string, by: Caller): Promise<void> {
    const entry = await this.#deps.store.token(tokenId);
    const isReachable = entry !== undefined && (by.tenant_id === '*' || by.tenant_id === entry.tenant_id);
    if (!isReachable) throw new TokenError('token_not_found', `there is no token ${tokenId}`);
    if (entry.revoked_at === undefined) await this.#revoke(entry, by.name);
  }

  /** The event first, then the row: a token that works is one the log knows of. */
  async #add(token: string, granted: GrantedEntry): Promise<PublicToken> {
    const { newId, clock, store, record } = this.#deps;
    const created_at = new Date(clock()).toISOString();
    const shown: PublicToken = { token_id: newId(), ...granted, created_at };
    await record({
      context: contextOf(shown),
      events: [{ event_type: 'token_created', payload: { ...shown } }],
    });
    const entry: TokenEntry = { ...shown, hash: sha256(token) };
    await store.addToken(entry);
    this.#callers.set(entry.hash, toCaller(entry));
    this.#people.add(entry);
    return shown;
  }

  /** Stops working before the event is written, and works again if it cannot be. */
  async #revoke(entry: TokenEntry, by: string): Promise<void> {
    const { token_id, hash } = entry;
    this.#callers.delete(hash);
    try {
      await this.#deps.record({
        context: contextOf(entry),
        events: [{ event_type: 'token_revoked', payload: { token_id, by } }],
      });
    } catch (error) {
      this.#callers.set(hash, toCaller(entry));
      throw error;
    }
  }
}

type GrantedEntry = Omit<TokenEntry, 'token_id' | 'hash' | 'created_at'>;

const ADMIN: GrantedEntry = { name: 'admin', roles: ['admin'], tenant_id: '*', is_bootstrap: true };

function toCaller({ token_id, name, roles, tenant_id, agent_id }: TokenEntry): Caller {
  return { token_id, name, roles, tenant_id, ...(agent_id === undefined ? {} : { agent_id }) };
}

function toPublic({ hash: _, ...shown }: TokenEntry): PublicToken {
  return shown;
}

/** `*` names no tenant, so the event has none. */
function contextOf({ tenant_id }: { tenant_id: string }): { tenant_id?: string } {
  return tenant_id === '*' ? {} : { tenant_id };
}
