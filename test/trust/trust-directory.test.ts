import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventGroup } from '../../src/audit/event.ts';
import { publicKeyText } from '../../src/keys/ed25519-key.ts';
import { sourceIdOf, TrustDirectory } from '../../src/trust/trust-directory.ts';
import { type TrustFile, trustFileSchema } from '../../src/trust/trust-file.ts';
import { keysOf, trustSourceSchema } from '../../src/trust/trust-source.ts';
import type { StoredSource } from '../../src/trust/trust-store.ts';

const KEYS = [1, 2].map(() => publicKeyText(generateKeyPairSync('ed25519').publicKey)) as [string, string];
const SKILL = { source_type: 'skill', source_name: 'a' } as const;
const MINE = { ...SKILL, tenant_id: 'acme' };
const ACME = { tenant_id: 'acme' };
const GLOBEX = { tenant_id: 'globex' };
const source = (over: object = {}) => trustSourceSchema.parse({ ...MINE, trust_level: 'internal', ...over });

/** A directory, the events it wrote, and another that starts from them. */
async function bench(file: object = {}) {
  const events: EventGroup[] = [];
  const kept = new Map<string, StoredSource>();
  const record = async (group: EventGroup) => {
    events.push(group);
    for (const { payload } of group.events) {
      const { source_id, ...stored } = payload as unknown as StoredSource & { source_id: string };
      kept.set(source_id, stored);
    }
  };
  const open = async (read: TrustFile) => {
    const directory = await TrustDirectory.open({
      store: { trustSources: async () => [...kept.values()] },
      record,
      holdsSecret: (text) => text.includes('ghp_'),
    });
    directory.useFile(read);
    return directory;
  };
  const read = trustFileSchema.parse(file);
  return { directory: await open(read), again: () => open(read), open, events };
}

const rate = (directory: TrustDirectory, tenantId: string, claim: object = {}) =>
  directory.registry.rate(
    { ...SKILL, trust_level: 'trusted', ...claim },
    { tenantId, agentId: 'agent-1', nowMs: 0, checks: { left: 1 } },
  );

describe('TrustDirectory', () => {
  it('knows what was registered, in its tenant alone, and after a start', async () => {
    const { directory, again } = await bench();
    const registered = await directory.register(source({ trust_level: 'trusted' }), 'lee');
    expect(registered.source_id).toBe(sourceIdOf(MINE));
    for (const one of [directory, await again()]) {
      expect(rate(one, 'acme')).toMatchObject({ trust_level: 'trusted', basis: 'registry' });
      expect(rate(one, 'globex')).toMatchObject({ trust_level: 'internal', basis: 'default' });
      expect(() => one.get(registered.source_id, GLOBEX)).toThrow(/there is no source/);
    }
  });

  it('writes an event for each change, and none where nothing changes', async () => {
    const { directory, events } = await bench();
    const { source_id } = await directory.register(source({ public_key: KEYS[0] }), 'lee');
    await directory.update(source_id, { trust_level: 'external' }, ACME, 'lee');
    const { source: two } = await directory.addKey(source_id, KEYS[1], ACME, 'lee');
    const [first] = keysOf(two);
    await directory.revokeKey(source_id, first?.key_id ?? '', ACME, 'lee');
    await directory.revokeKey(source_id, first?.key_id ?? '', ACME, 'lee');
    await directory.revoke(source_id, ACME, 'lee');
    await directory.revoke(source_id, ACME, 'lee');
    await directory.restore(source_id, ACME, 'lee');
    const written = events.flatMap((group) => group.events.map(({ event_type }) => event_type));
    expect(written).toEqual([
      'trust_source_registered',
      'trust_source_updated',
      'trust_key_added',
      'trust_key_revoked',
      'trust_source_revoked',
      'trust_source_restored',
    ]);
    expect(events.every(({ context }) => context.tenant_id === 'acme')).toBe(true);
    const { source: last } = directory.get(source_id, ACME);
    expect(keysOf(last).map(({ status }) => status)).toEqual(['revoked', 'active']);
  });

  it('lets the file go before what was registered, but not before what was revoked', async () => {
    const file = { sources: [{ ...MINE, trust_level: 'external' }] };
    const { directory, open, again } = await bench();
    const { source_id } = await directory.register(source({ trust_level: 'trusted' }), 'lee');
    const later = await open(trustFileSchema.parse(file));
    expect(rate(later, 'acme').trust_level).toBe('external');
    await later.revoke(source_id, ACME, 'lee');
    expect(rate(later, 'acme')).toMatchObject({ trust_level: 'unverified', reason: 'source_revoked' });
    expect(rate(await again(), 'acme')).toMatchObject({ reason: 'source_revoked' });
  });

  it('does not let a tenant raise what the file says for everybody', async () => {
    const { directory } = await bench({ sources: [{ ...SKILL, trust_level: 'unverified' }] });
    await directory.register(source({ trust_level: 'trusted' }), 'lee');
    expect(rate(directory, 'acme').trust_level).toBe('unverified');
  });

  it('revokes a source of the file, and a key of it, over reloads and restarts', async () => {
    const file = { sources: [{ ...MINE, trust_level: 'internal', public_key: KEYS[0] }] };
    const { directory, again } = await bench(file);
    const id = sourceIdOf(MINE);
    const [key] = keysOf(directory.get(id, ACME).source);
    await directory.revokeKey(id, key?.key_id ?? '', ACME, 'lee');
    for (const one of [directory, await again()]) {
      expect(keysOf(one.get(id, ACME).source).map(({ status }) => status)).toEqual(['revoked']);
    }
    await directory.revoke(id, ACME, 'lee');
    await directory.restore(id, ACME, 'lee');
    expect(keysOf(directory.get(id, ACME).source).map(({ status }) => status)).toEqual(['revoked']);
  });

  it.each<[string, (directory: TrustDirectory) => Promise<unknown>, string]>([
    ['a source that is there', (one) => one.register(source(), 'lee'), 'trust_source_exists'],
    [
      'a change of what the file describes',
      (one) => one.update(sourceIdOf(MINE), { trust_level: 'trusted' }, ACME, 'lee'),
      'trust_source_read_only',
    ],
    [
      'a key for what the file describes',
      (one) => one.addKey(sourceIdOf(MINE), KEYS[1], ACME, 'lee'),
      'trust_source_read_only',
    ],
    [
      'a tenant that revokes what is known to all',
      (one) => one.revoke(sourceIdOf({ ...SKILL, source_name: 'all' }), ACME, 'lee'),
      'trust_source_read_only',
    ],
    [
      'a source of another tenant',
      (one) => one.revoke(sourceIdOf(MINE), GLOBEX, 'lee'),
      'trust_source_not_found',
    ],
    [
      'a key that is not there',
      (one) => one.revokeKey(sourceIdOf(MINE), 'ed25519:0', ACME, 'lee'),
      'trust_key_not_found',
    ],
    [
      'one key twice',
      (one) => {
        const keys = [KEYS[0], KEYS[0]].map((public_key) => ({ public_key }));
        return one.register(source({ source_name: 'new', public_keys: keys }), 'lee');
      },
      'trust_source_conflict',
    ],
    [
      'what the file itself has revoked, restored',
      (one) => one.restore(sourceIdOf({ ...MINE, source_name: 'gone' }), ACME, 'lee'),
      'trust_source_read_only',
    ],
  ])('refuses %s', async (_, change, code) => {
    const { directory, events } = await bench({
      sources: [
        { ...MINE, trust_level: 'internal' },
        { ...SKILL, source_name: 'all', trust_level: 'internal' },
        { ...MINE, source_name: 'gone', trust_level: 'internal', status: 'revoked' },
      ],
    });
    await expect(change(directory)).rejects.toMatchObject({ code });
    expect(events).toEqual([]);
  });

  it('lets nobody below restore what somebody above revoked', async () => {
    for (const file of [{}, { sources: [{ ...MINE, trust_level: 'internal' }] }]) {
      const { directory, again } = await bench(file);
      const id = sourceIdOf(MINE);
      if (directory.list({ limit: 1 }).items.length === 0) await directory.register(source(), 'lee');
      // A tenant that was quicker does not keep the revocation in its own hands.
      await directory.revoke(id, ACME, 'lee');
      await directory.revoke(id, {}, 'root');
      await directory.revoke(id, ACME, 'lee');
      for (const one of [directory, await again()]) {
        expect(one.get(id, ACME).source.revoked_by_tenant).toBe('*');
        await expect(one.restore(id, ACME, 'lee')).rejects.toMatchObject({ code: 'trust_source_read_only' });
        expect(rate(one, 'acme')).toMatchObject({ reason: 'source_revoked' });
      }
      const { source: restored } = await directory.restore(id, {}, 'root');
      expect(restored.status).toBe('active');
      expect(restored.revoked_by_tenant).toBeUndefined();
      await directory.revoke(id, ACME, 'lee');
      await expect(directory.restore(id, ACME, 'lee')).resolves.toMatchObject({
        source: { status: 'active' },
      });
    }
  });

  it('keeps a key revoked that the file drops and names again, whatever came between', async () => {
    const fileWith = (...keys: string[]) =>
      trustFileSchema.parse({
        sources: [
          { ...MINE, trust_level: 'internal', public_keys: keys.map((public_key) => ({ public_key })) },
        ],
      });
    const { directory, open } = await bench(fileWith(...KEYS));
    const id = sourceIdOf(MINE);
    const [first, second] = keysOf(directory.get(id, ACME).source).map(({ key_id }) => key_id);
    await directory.revokeKey(id, first ?? '', ACME, 'lee');
    directory.useFile(fileWith(KEYS[1]));
    await directory.revokeKey(id, second ?? '', ACME, 'lee');
    await directory.revoke(id, ACME, 'lee');
    await directory.restore(id, ACME, 'lee');
    for (const one of [directory, await open(fileWith())]) {
      one.useFile(fileWith(...KEYS));
      expect(keysOf(one.get(id, ACME).source).map(({ status }) => status)).toEqual(['revoked', 'revoked']);
      one.useFile(trustFileSchema.parse({}));
      await expect(one.register(source({ public_key: KEYS[0] }), 'lee')).rejects.toMatchObject({
        code: 'trust_source_conflict',
      });
    }
  });

  it('keeps revoked over the API what the file had revoked already, once the file thinks otherwise', async () => {
    const fileWith = (status: string) =>
      trustFileSchema.parse({
        sources: [
          { ...MINE, trust_level: 'internal', status, public_keys: [{ public_key: KEYS[0], status }] },
        ],
      });
    const { directory } = await bench(fileWith('revoked'));
    const id = sourceIdOf(MINE);
    const [key] = keysOf(directory.get(id, ACME).source);
    await directory.revokeKey(id, key?.key_id ?? '', ACME, 'lee');
    // Only what was revoked here is kept: the file takes its own word back.
    directory.useFile(fileWith('active'));
    expect(directory.get(id, ACME).source.status).toBe('active');
    expect(keysOf(directory.get(id, ACME).source)[0]?.status).toBe('revoked');
    directory.useFile(fileWith('revoked'));
    await directory.revoke(id, ACME, 'lee');
    directory.useFile(fileWith('active'));
    expect(directory.get(id, ACME).source.status).toBe('revoked');
  });

  it.each(['file', 'api'])('revokes a key for everybody where the %s names it for all', async (by) => {
    const all = { ...SKILL, trust_level: 'internal', public_key: KEYS[0] };
    const mine = { ...all, ...MINE };
    const file = { sources: by === 'file' ? [mine, all] : [mine] };
    const { directory, again } = await bench(file);
    if (by === 'api') await directory.register(trustSourceSchema.parse(all), 'root');
    const [key] = keysOf(directory.get(sourceIdOf(SKILL), {}).source);
    await directory.revokeKey(sourceIdOf(SKILL), key?.key_id ?? '', {}, 'root');
    for (const one of [directory, await again()]) {
      // The file may forget the source that was for all; what was revoked of it is not forgotten.
      for (const sources of [file.sources, [mine]]) {
        one.useFile(trustFileSchema.parse({ sources }));
        expect(keysOf(one.get(sourceIdOf(MINE), ACME).source)).toMatchObject([{ status: 'revoked' }]);
      }
    }
  });

  it.each(['file', 'api'])(
    'lets a tenant neither raise, nor do without the keys of, what the %s says for all',
    async (by) => {
      const keys = KEYS.map((public_key, index) => ({
        public_key,
        status: index === 0 ? ('revoked' as const) : ('active' as const),
      }));
      const all = { ...SKILL, trust_level: 'external' as const, public_keys: keys };
      const { directory } = await bench(by === 'file' ? { sources: [all] } : {});
      if (by === 'api') await directory.register(trustSourceSchema.parse(all), 'root');
      const { source_id } = await directory.register(source({ trust_level: 'trusted' }), 'lee');
      expect(rate(directory, 'acme')).toMatchObject({ reason: 'signature_missing', trust_level: 'external' });
      const { source: mine } = directory.get(source_id, ACME);
      expect(mine.trust_level).toBe('external');
      expect(keysOf(mine).map(({ status }) => status)).toEqual(['revoked', 'active']);
      const named = source({ source_type: 'memory', trust_level: 'trusted', public_key: KEYS[0] });
      expect((await directory.register(named, 'lee')).source.trust_level).toBe('trusted');
      await directory.addKey(source_id, KEYS[0], ACME, 'lee');
      expect(keysOf(directory.get(source_id, ACME).source)).toMatchObject([{ status: 'revoked' }]);
    },
  );

  it('starts again from whatever it took', async () => {
    const { directory, again } = await bench();
    const keys = Array.from({ length: 33 }, () => publicKeyText(generateKeyPairSync('ed25519').publicKey));
    const more = {
      public_key: keys[32],
      public_keys: keys.slice(0, 32).map((public_key) => ({ public_key })),
    };
    await expect(directory.register(source(more), 'lee')).rejects.toMatchObject({
      code: 'trust_source_conflict',
    });
    const { source_id } = await directory.register(source(), 'lee');
    for (const key of keys.slice(0, 32)) await directory.addKey(source_id, key, ACME, 'lee');
    await expect(directory.addKey(source_id, keys[32] ?? '', ACME, 'lee')).rejects.toMatchObject({
      code: 'trust_source_conflict',
    });
    const [first] = keysOf(directory.get(source_id, ACME).source);
    await directory.revokeKey(source_id, first?.key_id ?? '', ACME, 'lee');
    await directory.addKey(source_id, keys[32] ?? '', ACME, 'lee');
    expect(keysOf((await again()).get(source_id, ACME).source)).toHaveLength(33);
  });

  it.each([
    { source_name: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' },
    { public_key: 'ed25519:ghp_16C7e42F292c6912E7710c838347Ae178B4aaaA' },
  ])('refuses what the log would not keep as it is: %o', async (over) => {
    const { directory, events } = await bench();
    await expect(directory.register(source(over), 'lee')).rejects.toMatchObject({
      code: 'trust_source_conflict',
    });
    expect(events).toEqual([]);
  });

  it('lets one change of a source wait for no other', async () => {
    const { directory } = await bench();
    const { source_id } = await directory.register(source(), 'lee');
    const changes = [directory.revoke(source_id, ACME, 'lee'), directory.update(source_id, {}, ACME, 'lee')];
    const settled = await Promise.allSettled(changes);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('lists by page everything that a tenant sees, each once', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
    const everywhere = names.map((source_name) => ({ ...SKILL, source_name, trust_level: 'internal' }));
    const { directory } = await bench({ sources: [...everywhere, { ...MINE, trust_level: 'internal' }] });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = directory.list({ ...ACME, limit: 3, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map((one) => one.source.source_name));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([...names, 'a']);
    expect(directory.list({ ...GLOBEX, limit: 100 }).items).toHaveLength(7);
    expect(() => directory.list({ limit: 1, cursor: '%%' })).toThrow(/cursor/);
  });
});
