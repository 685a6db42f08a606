import type { TokenEntry, TokenStore } from '../../tokens/token-store.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqliteDatabase } from './database.ts';
import { type EventHandlers, textOf } from './event-payload.ts';
import { takePage } from './page.ts';

type TokenRow = {
  token_id: string;
  hash: string;
  name: string;
  roles: string;
  tenant_id: string;
  agent_id: string | null;
  created_at: string;
  created_by: string | null;
  is_bootstrap: number;
  revoked_at: string | null;
};

const PAGE = `SELECT * FROM tokens
  WHERE (@tenant_id IS NULL OR tenant_id = @tenant_id) AND (@agent_id IS NULL OR agent_id = @agent_id)
    AND (@before_time IS NULL OR (created_at, token_id) < (@before_time, @before_id))
  ORDER BY created_at DESC, token_id DESC LIMIT @take`;

export function createTokensTable(db: SqliteDatabase): { handlers: EventHandlers; methods: TokenStore } {
  const insert = db.prepare(`INSERT INTO tokens
    (token_id, hash, name, roles, tenant_id, agent_id, created_at, created_by, is_bootstrap)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const revoke = db.prepare('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE token_id = ?');
  const readOne = db.prepare<[string], TokenRow>('SELECT * FROM tokens WHERE token_id = ?');
  const readActive = db.prepare<[], TokenRow>('SELECT * FROM tokens WHERE revoked_at IS NULL');
  const readMakers = db.prepare<[], { name: string; created_by: string }>(
    'SELECT DISTINCT name, created_by FROM tokens WHERE created_by IS NOT NULL',
  );
  const readPage = db.prepare<[object], TokenRow>(PAGE);

  return {
    handlers: {
      token_revoked(read) {
        const tokenId = textOf(read, 'token_id');
        return ({ timestamp }) => revoke.run(timestamp, tokenId);
      },
    },
    methods: {
      async activeTokens() {
        return readActive.all().map(toToken);
      },
      async tokenMakers() {
        return readMakers.all();
      },
      async token(tokenId) {
        const row = readOne.get(tokenId);
        return row === undefined ? undefined : toToken(row);
      },
      async tokens({ cursor, limit, tenant_id = null, agent_id = null }) {
        const [beforeTime, beforeId] =
          cursor === undefined ? [null, null] : decodeCursor(cursor, ['string', 'string']);
        const values = { tenant_id, agent_id, before_time: beforeTime, before_id: beforeId, take: limit + 1 };
        const rows = readPage.all(values);
        const page = takePage(rows, limit, (row) => encodeCursor([row.created_at, row.token_id]));
        return { ...page, items: page.items.map(toToken) };
      },
      async addToken(token) {
        durably(db, () => {
          const { token_id, hash, name, tenant_id, created_at } = token;
          const roles = JSON.stringify(token.roles);
          const agent = token.agent_id ?? null;
          const by = token.created_by ?? null;
          insert.run(
            token_id,
            hash,
            name,
            roles,
            tenant_id,
            agent,
            created_at,
            by,
            Number(token.is_bootstrap),
          );
        });
      },
    },
  };
}

/** Runs one write whose commit waits for the disk, unlike those that the log can give again. */
function durably(db: SqliteDatabase, write: () => void): void {
  db.pragma('synchronous = FULL');
  try {
    write();
  } finally {
    db.pragma('synchronous = NORMAL');
  }
}

function toToken(row: TokenRow): TokenEntry {
  const { agent_id, created_by, revoked_at, roles, is_bootstrap, ...rest } = row;
  return {
    ...rest,
    roles: JSON.parse(roles),
    is_bootstrap: is_bootstrap === 1,
    ...(agent_id === null ? {} : { agent_id }),
    ...(created_by === null ? {} : { created_by }),
    ...(revoked_at === null ? {} : { revoked_at }),
  };
}
