import type { Role } from './caller.ts';
import type { Made } from './people.ts';

/** A token as it is kept: by the SHA-256 of its secret. The secret itself is nowhere. */
export type TokenEntry = {
  token_id: string;
  /** `sha256:` and hex. */
  hash: string;
  name: string;
  roles: Role[];
  tenant_id: string;
  agent_id?: string;
  created_at: string;
  /** Name of who created it; absent for a bootstrap token. */
  created_by?: string;
  /** True for the token of the first start or of the configuration. */
  is_bootstrap: boolean;
  revoked_at?: string;
};

export type TokenQuery = {
  /** Absent: every tenant. */
  tenant_id?: string;
  agent_id?: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
};

export type TokenStore = {
  /** All that are not revoked, in any order. */
  activeTokens(): Promise<TokenEntry[]>;
  /** Newest first, revoked ones too. Rejects with `invalid_cursor` for a cursor it did not make. */
  tokens(query: TokenQuery): Promise<{ items: TokenEntry[]; next_cursor?: string }>;
  /** Of every name that has a token, revoked ones too, who made one; each pair once. */
  tokenMakers(): Promise<Required<Made>[]>;
  token(tokenId: string): Promise<TokenEntry | undefined>;
  /**
   * Adds a token. The hash is in no event, so this row is the one thing the log cannot bring back: it MUST be
   * durable when the promise resolves.
   */
  addToken(token: TokenEntry): Promise<void>;
};
