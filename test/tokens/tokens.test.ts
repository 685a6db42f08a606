import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/json/canonical.ts';
import type { Caller, Role } from '../../src/tokens/caller.ts';
import { grantedToken, tokenRequestSchema } from '../../src/tokens/token-rules.ts';
import { Tokens } from '../../src/tokens/tokens.ts';
import { openParts, type Parts, tempDirectory } from '../store/open-parts.ts';

const ROOT: Caller = { token_id: 'tok-0', name: 'root', roles: ['admin'], tenant_id: '*' };
const CONFIGURED = 'configured-admin-token';

async function openTokens(parts?: Parts) {
  const used = parts ?? (await openParts());
  let secrets = 0;
  const newSecret = (): string => {
    secrets += 1;
    return `secret-${secrets}-${used.newId()}`.padEnd(43, 'x');
  };
  const { store, record, holdsSecret, clock, newId } = used;
  return {
    ...used,
    parts: used,
    tokens: await Tokens.open({ store, record, holdsSecret, clock, newId, newSecret }),
  };
}

describe('a token', () => {
  it('is known by its secret, and by nothing else', async () => {
    const { tokens } = await openTokens();
    const { token, entry } = await tokens.create({ name: 'ci', roles: ['runtime'], tenant_id: 'acme' }, ROOT);
    expect(token).toMatch(/^aisecops_/);
    expect(tokens.authenticate(token)).toEqual({
      token_id: entry.token_id,
      name: 'ci',
      roles: ['runtime'],
      tenant_id: 'acme',
    });
    for (const guess of ['', `${token}x`, token.slice(1), entry.token_id, 'x'.repeat(100_000)]) {
      expect(tokens.authenticate(guess)).toBeUndefined();
    }
  });

  it('is kept as a hash: neither the log, the lists nor the database have the secret', async () => {
    const { tokens, file, directory } = await openTokens();
    const { token, entry } = await tokens.create({ name: 'ci', roles: ['runtime'], tenant_id: 'acme' }, ROOT);
    const secret = token.slice('aisecops_'.length);
    expect(readFileSync(file, 'utf8')).toContain('"token_created"');
    for (const name of ['events.jsonl', 'store.db', 'store.db-wal']) {
      expect(readFileSync(`${directory}/${name}`).includes(secret)).toBe(false);
    }
    expect(readFileSync(file, 'utf8')).not.toContain(sha256(token));
    const { items } = await tokens.list({ limit: 10 });
    expect(items).toEqual([entry]);
    expect(Object.keys(entry)).not.toContain('hash');
  });

  it.each(['al\u200bice', 'ali\u0000ce', '\u202elee', 'a\nb', ' ', '\u2060'])(
    'has no name that nobody could tell from another: %j',
    async (name) => {
      const { tokens } = await openTokens();
      await expect(tokens.create({ name, roles: ['approver'] }, ROOT)).rejects.toMatchObject({
        code: 'invalid_token_request',
      });
    },
  );

  it('makes its maker and its holder one person, after a restart and once it is revoked, too', async () => {
    const directory = tempDirectory();
    const first = await openTokens(await openParts(directory));
    const { token } = await first.tokens.create({ name: 'ada', roles: ['admin'] }, ROOT);
    const ada = first.tokens.authenticate(token) as Caller;
    const { token: second } = await first.tokens.create({ name: 'ghost', roles: ['operator'] }, ada);
    expect(first.tokens.isSamePerson('ada', 'ghost')).toBe(true);
    await first.tokens.revoke((first.tokens.authenticate(second) as Caller).token_id, ROOT);
    await first.tokens.revoke(ada.token_id, ROOT);
    await first.close();
    const { tokens, close } = await openTokens(await openParts(directory));
    expect(tokens.isSamePerson('ghost', 'root')).toBe(true);
    expect(tokens.isSamePerson('ghost', 'lee')).toBe(false);
    await close();
  });

  it('works after a restart, and never again once revoked', async () => {
    const directory = tempDirectory();
    const first = await openTokens(await openParts(directory));
    const { token, entry } = await first.tokens.create(
      { name: 'ci', roles: ['runtime'], tenant_id: 'acme' },
      ROOT,
    );
    await first.close();
    const second = await openTokens(await openParts(directory));
    expect(second.tokens.authenticate(token)?.name).toBe('ci');
    await second.tokens.revoke(entry.token_id, ROOT);
    await second.tokens.revoke(entry.token_id, ROOT);
    expect(second.tokens.authenticate(token)).toBeUndefined();
    expect((await second.tokens.list({ limit: 10 })).items[0]?.revoked_at).toBeDefined();
    await second.close();
    const third = await openTokens(await openParts(directory));
    expect(third.tokens.authenticate(token)).toBeUndefined();
  });

  it('is not made, and not revoked, without its event', async () => {
    const { tokens, log } = await openTokens();
    const { token, entry } = await tokens.create({ name: 'ci', roles: ['runtime'], tenant_id: 'acme' }, ROOT);
    await log.close();
    await expect(tokens.revoke(entry.token_id, ROOT)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(tokens.authenticate(token)).toBeDefined();
    const request = tokens.create({ name: 'ci2', roles: ['runtime'], tenant_id: 'acme' }, ROOT);
    await expect(request).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect((await tokens.list({ limit: 10 })).items).toEqual([entry]);
  });

  it('of another tenant is not there to be revoked', async () => {
    const { tokens } = await openTokens();
    const { entry, token } = await tokens.create({ name: 'ci', roles: ['runtime'], tenant_id: 'acme' }, ROOT);
    for (const [id, tenant_id] of [
      [entry.token_id, 'globex'],
      ['tok-none', '*'],
    ] as const) {
      const attempt = tokens.revoke(id, { ...ROOT, tenant_id });
      await expect(attempt).rejects.toMatchObject({ code: 'token_not_found' });
    }
    expect(tokens.authenticate(token)).toBeDefined();
  });
});

describe('the first admin', () => {
  it('gets a token once, and no second one while it works', async () => {
    const directory = tempDirectory();
    const first = await openTokens(await openParts(directory));
    const token = (await first.tokens.firstAdminToken()) ?? '';
    expect(first.tokens.authenticate(token)).toMatchObject({ roles: ['admin'], tenant_id: '*' });
    expect(await first.tokens.firstAdminToken()).toBeUndefined();
    await first.close();
    const second = await openTokens(await openParts(directory));
    expect(await second.tokens.firstAdminToken()).toBeUndefined();
    expect(second.tokens.authenticate(token)).toBeDefined();
  });

  it('can be configured, which returns no secret and replaces the one before', async () => {
    const { tokens } = await openTokens();
    await tokens.useConfigured(CONFIGURED);
    await tokens.useConfigured(CONFIGURED);
    expect(tokens.authenticate(CONFIGURED)?.roles).toEqual(['admin']);
    await tokens.useConfigured('another-admin-token');
    expect(tokens.authenticate(CONFIGURED)).toBeUndefined();
    await tokens.useConfigured(CONFIGURED);
    expect(tokens.authenticate(CONFIGURED)).toBeDefined();
    expect(tokens.authenticate('another-admin-token')).toBeUndefined();
  });

  it.each(['', 'fifteen-letters', 'x'.repeat(513)])('cannot be configured as %j', async (token) => {
    const { tokens } = await openTokens();
    await expect(tokens.useConfigured(token)).rejects.toMatchObject({ code: 'weak_admin_token' });
  });
});

describe('grantedToken', () => {
  const caller = (roles: Role[], tenant_id: string): Caller => ({
    token_id: 't',
    name: 'n',
    roles,
    tenant_id,
  });

  it.each<[string, Parameters<typeof grantedToken>[0], Caller, string]>([
    [
      'an operator makes none',
      { name: 'x', roles: ['runtime'] },
      caller(['operator'], 'acme'),
      'token_grant_forbidden',
    ],
    [
      'nor does an approver',
      { name: 'x', roles: ['approver'] },
      caller(['approver'], '*'),
      'token_grant_forbidden',
    ],
    [
      'an admin stays in its tenant',
      { name: 'x', roles: ['runtime'], tenant_id: 'b' },
      caller(['admin'], 'a'),
      'token_grant_forbidden',
    ],
    [
      'and reaches for no all-tenant token',
      { name: 'x', roles: ['admin'], tenant_id: '*' },
      caller(['admin'], 'a'),
      'token_grant_forbidden',
    ],
    [
      'role agent needs an agent',
      { name: 'x', roles: ['agent'], tenant_id: 'a' },
      ROOT,
      'invalid_token_request',
    ],
    [
      'an agent needs role agent',
      { name: 'x', roles: ['runtime'], tenant_id: 'a', agent_id: 'g' },
      ROOT,
      'invalid_token_request',
    ],
    [
      'an agent has one tenant',
      { name: 'x', roles: ['agent'], agent_id: 'g' },
      ROOT,
      'invalid_token_request',
    ],
    [
      'an agent approves nothing',
      { name: 'x', roles: ['agent', 'approver'], tenant_id: 'a', agent_id: 'g' },
      ROOT,
      'invalid_token_request',
    ],
  ])('%s', (_, request, creator, code) => {
    expect(() => grantedToken(request, creator)).toThrow(expect.objectContaining({ code }));
  });

  it('fills in the tenant of the creator and drops repeats', () => {
    const granted = grantedToken({ name: 'x', roles: ['analyst', 'analyst'] }, caller(['admin'], 'acme'));
    expect(granted).toEqual({ name: 'x', roles: ['analyst'], tenant_id: 'acme' });
  });

  it.each([
    {},
    { name: '', roles: ['admin'] },
    { name: 'x', roles: [] },
    { name: 'x', roles: ['root'] },
    { name: 'x', roles: ['admin'], extra: 1 },
  ])('does not read %j as a request', (request) => {
    expect(tokenRequestSchema.safeParse(request).success).toBe(false);
  });
});
