import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BundleRegistry } from '../../src/bundles/bundle-registry.ts';
import type { ActivationRequest } from '../../src/versions/records.ts';
import { ADA, blocking, LEE, type PolicyFixture, policyFixture, reasonIn } from './policy-fixture.ts';

const anyone = { person: ADA, mayChange: () => undefined };
const HOUR_MS = 3_600_000;

async function publish(registry: BundleRegistry, reason: string): Promise<string> {
  const files = { 'policies.yaml': blocking(reason) };
  return (await registry.versions.publish(files, {}, anyone)).publication.version;
}

function later({ now }: PolicyFixture, ms: number): string {
  return new Date(now.ms + ms).toISOString();
}

describe('a log that takes nothing', () => {
  it('leaves what is active, published and asked for as it was, in memory and after a restart', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open();
    const version = await publish(registry, 'published');
    const at = later(fixture, HOUR_MS);
    const { activation_id: scheduled } = await registry.versions.activate(version, { at }, ADA);
    fixture.log.isBroken = true;
    const attempts = [
      () => registry.versions.activate(version, {}, ADA),
      () => registry.versions.activate(version, { at }, ADA),
      () => registry.versions.rollback(version, {}, ADA).catch((error) => Promise.reject(error)),
      () => registry.versions.cancel(scheduled, {}, ADA),
      () => publish(registry, 'never'),
    ];
    const before = JSON.stringify([registry.list(), registry.versions.list()]);
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow();
    fixture.now.ms += 2 * HOUR_MS;
    await expect(registry.versions.runDue()).rejects.toMatchObject({ code: 'audit_unavailable' });
    fixture.write({ 'policies.yaml': blocking('edited') });
    await registry.reload();
    expect(JSON.stringify([registry.list(), registry.versions.list()])).toBe(before);
    expect(reasonIn(registry)).toBe('directory');

    fixture.log.isBroken = false;
    await registry.versions.runDue();
    expect(reasonIn(registry)).toBe('published');
  });
});

describe('a crash', () => {
  it('between publishing and activating leaves the version published and the old one active', async () => {
    const fixture = policyFixture();
    const version = await publish(await fixture.open(), 'published');
    // Nothing is closed: the process is gone, and what it recorded is there.
    const again = await fixture.open();
    expect(reasonIn(again)).toBe('directory');
    await again.versions.activate(version, {}, ADA);
    expect(reasonIn(await fixture.open())).toBe('published');
  });

  it('before the event of a publication leaves files that nothing refers to', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open();
    fixture.log.isBroken = true;
    await expect(publish(registry, 'lost')).rejects.toThrow();
    fixture.log.isBroken = false;
    const again = await fixture.open();
    expect(again.list()).toHaveLength(1);
    expect(await publish(again, 'lost')).toMatch(/^sha256:/);
  });
});

describe('the archive', () => {
  it.each(['gone', 'cut', 'changed'])('whose files are %s is not decided under', async (how) => {
    const fixture = policyFixture();
    const registry = await fixture.open();
    const version = await publish(registry, 'published');
    const { files_hash = '' } = registry.list().find((one) => one.version === version) ?? {};
    const file = join(fixture.archive, '..', 'policy-files', `${files_hash.slice(7)}.json`);
    const text = readFileSync(file, 'utf8');
    const other = { gone: '', cut: text.slice(0, -20), changed: text.replace('published', 'allowed__') }[how];
    writeFileSync(file, other ?? '');
    await expect(registry.versions.activate(version, {}, ADA)).rejects.toMatchObject({
      code: 'policy_unavailable',
    });
    expect(reasonIn(registry)).toBe('directory');
    writeFileSync(file, text);
    await registry.versions.activate(version, {}, ADA);
    writeFileSync(file, other ?? '');
    await expect(fixture.open()).rejects.toMatchObject({ code: 'invalid_policy' });
    fixture.write({ 'policies.yaml': blocking('edited') });
    expect(reasonIn(await fixture.open())).toBe('edited');
  });

  it('leaves no drafts', async () => {
    const fixture = policyFixture();
    await publish(await fixture.open(), 'published');
    const names = [fixture.archive, join(fixture.archive, '..', 'policy-files')].flatMap((one) =>
      readdirSync(one),
    );
    expect(names).toHaveLength(4);
    expect(names.filter((name) => !/^[0-9a-f]{64}\.json$/.test(name))).toEqual([]);
  });
});

describe('schedules', () => {
  it('come in the order of their times, the same time in the order they were asked for', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open();
    const [a, b] = [await publish(registry, 'a'), await publish(registry, 'b')];
    // One version after the other and back again: a cycle ends, because each comes once.
    for (const [version, hours] of [
      [b, 3],
      [a, 1],
      [b, 2],
      [a, 3],
    ] as const)
      await registry.versions.activate(version, { at: later(fixture, hours * HOUR_MS) }, ADA);
    fixture.now.ms += 4 * HOUR_MS;
    await registry.versions.runDue();
    await registry.versions.runDue();
    const reasons = fixture.log.groups.flatMap(({ events }) =>
      events.flatMap(({ payload }) => (payload?.['source'] === 'schedule' ? [payload['version']] : [])),
    );
    expect(reasons).toEqual([a, b, b, a]);
    expect(registry.versions.list().map(({ status }) => status)).toEqual(Array(4).fill('activated'));
  });

  it('are limited in number', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open();
    const version = await publish(registry, 'a');
    const at = later(fixture, HOUR_MS);
    for (let count = 0; count < 100; count += 1) await registry.versions.activate(version, { at }, ADA);
    await expect(registry.versions.activate(version, { at }, ADA)).rejects.toMatchObject({
      code: 'too_many_activations',
    });
  });
});

describe('several people', () => {
  it('have a day; then the request is over, and says so once', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open({ required: 2 });
    const version = await publish(registry, 'a');
    const { activation_id: id } = await registry.versions.activate(version, {}, ADA);
    fixture.now.ms += 24 * HOUR_MS;
    await expect(registry.versions.confirm(id, {}, LEE)).rejects.toMatchObject({ code: 'activation_closed' });
    await registry.versions.runDue();
    await registry.versions.runDue();
    expect(fixture.types().filter((type) => type === 'policy_activation_expired')).toHaveLength(1);
    expect(registry.versions.get(id)).toMatchObject({ status: 'expired' });
    expect(reasonIn(registry)).toBe('directory');
  });

  it('that confirm a schedule have it wait for its time', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open({ required: 2 });
    const version = await publish(registry, 'a');
    const asked = { at: later(fixture, HOUR_MS) };
    const { activation_id: id } = await registry.versions.activate(version, asked, ADA);
    expect(await registry.versions.confirm(id, {}, LEE)).toMatchObject({ status: 'scheduled' });
    expect(reasonIn(registry)).toBe('directory');
    fixture.now.ms += HOUR_MS;
    await registry.versions.runDue();
    expect(reasonIn(registry)).toBe('a');
  });

  it('are asked once for each change of the directory; the newest stands', async () => {
    const fixture = policyFixture();
    const registry = await fixture.open({ required: 2 });
    for (const reason of ['one', 'two', 'two']) {
      fixture.write({ 'policies.yaml': blocking(reason) });
      await registry.reload();
    }
    const statuses = registry.versions.list().map(({ status }) => status);
    expect(statuses).toEqual(['awaiting_confirmation', 'cancelled']);
    expect((await fixture.open({ required: 2 })).versions.list()).toHaveLength(2);
    expect(reasonIn(registry)).toBe('directory');
  });

  it('are never fewer than it takes, whoever asks and confirms, however often', async () => {
    const people = ['ada', 'Ada ', 'lee', 'ＬＥＥ', 'max'].map((name, index) => ({
      ...{ name, token_id: `tok-${index % 4}` },
    }));
    const step = fc.record({ act: fc.constantFrom('ask', 'confirm', 'cancel'), who: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 2, max: 3 }),
        async (steps, required) => {
          const fixture = policyFixture();
          const registry = await fixture.open({ required });
          const version = await publish(registry, 'a');
          for (const { act, who } of steps) await take(registry, version, act, people[who] as typeof ADA);
          const done = registry.versions.list().filter(({ status }) => status === 'activated');
          expect(done.map(peopleBehind).filter((people) => people < required)).toEqual([]);
          const isActive = registry.versions.list().some(({ status }) => status === 'activated');
          expect(reasonIn(registry)).toBe(isActive ? 'a' : 'directory');
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** One step of one person; what is refused changes nothing. */
async function take(
  registry: BundleRegistry,
  version: string,
  act: string,
  person: typeof ADA,
): Promise<void> {
  const id = registry.versions.list()[0]?.activation_id ?? 'none';
  if (act === 'ask') await registry.versions.activate(version, {}, person);
  else await registry.versions[act as 'confirm' | 'cancel'](id, {}, person).catch(() => undefined);
}

/** How many different people, counted anew. */
function peopleBehind({ requested_by, confirmed_by }: ActivationRequest): number {
  const names = [requested_by, ...confirmed_by].map(({ name }) =>
    name.normalize('NFKC').trim().toLowerCase(),
  );
  return new Set(names).size;
}

describe('a restart', () => {
  it('shows what was there before, whatever was done', async () => {
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom('publish', 'activate', 'rollback', 'schedule', 'edit'),
        n: fc.nat(3),
      }),
      { maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const fixture = policyFixture();
        const registry = await fixture.open();
        for (const { act, n } of steps) await doStep(fixture, registry, act, n).catch(() => undefined);
        const shown = (one: BundleRegistry) => [
          one.list(),
          one.versions.list(),
          reasonIn(one),
          one.status().directory,
        ];
        const again = await fixture.open();
        expect(shown(again)).toEqual(shown(registry));
      }),
      { numRuns: 40 },
    );
  });
});

async function doStep(
  fixture: PolicyFixture,
  registry: BundleRegistry,
  act: string,
  n: number,
): Promise<unknown> {
  fixture.now.ms += 1_000;
  if (act === 'publish') return publish(registry, `reason_${n}`);
  if (act === 'edit') {
    fixture.write({ 'policies.yaml': blocking(`edit_${n}`) });
    return registry.reload();
  }
  if (act === 'rollback') return registry.versions.rollback(undefined, {}, ADA);
  const version = registry.list()[n]?.version ?? '';
  return registry.versions.activate(version, act === 'schedule' ? { at: later(fixture, HOUR_MS) } : {}, LEE);
}
