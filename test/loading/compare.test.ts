import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleArchive } from '../../src/bundles/bundle-archive.ts';
import { type DecisionChanges, notCompared } from '../../src/bundles/decision-changes.ts';
import type { Comparison } from '../../src/bundles/rule-changes.ts';
import { compareDecisions } from '../../src/evaluation/compare-decisions.ts';
import { createTestRunner } from '../../src/evaluation/test-runner.ts';
import { createGuard } from '../../src/guard/guard.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { createDescribeChanges } from '../../src/loading/describe-changes.ts';
import { ThreadLoader } from '../../src/loading/thread-loader.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundleContent } from '../../src/policy/compile.ts';

let directory: string;
let loader: ThreadLoader;

beforeAll(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'aisecops-compare-')), 'policies');
  loader = new ThreadLoader(directory, createTestRunner(createGuard()));
});
afterAll(async () => {
  await loader.close();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

type Written = { id: string; action: string; [member: string]: unknown };

/** A bundle of two tools; `others` are rules about a third that nobody may call. */
function bundleOf(rules: readonly Written[], others = 0): Bundle {
  const more = Array.from({ length: others }, (_, index) => ({
    ...{ id: `other.${index}`, match: { tool_name: 'other' }, args: { n: { eq: index } }, action: 'allow' },
  }));
  const content = { rules: [...rules, ...more], capabilities: { c: { tools: ['pay', 'mail'] } } };
  const { bundle, problems } = compileBundleContent(content as unknown as JsonObject);
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

/** A machine that is busy may take longer to start the thread than a comparison is waited for. */
async function comparedAtLast(pair: Required<Comparison>): Promise<DecisionChanges> {
  for (let tries = 0; tries < 5; tries += 1) {
    const changes = await loader.compare(pair);
    if (changes.ended_by !== 'time') return changes;
  }
  throw new Error('it never ends in time');
}

const pay = (lte: number): Written => ({
  ...{ id: 'pay', match: { tool_name: 'pay' }, args: { amount: { lte } }, action: 'allow' },
});
const mail = (action: string): Written => ({ id: 'mail', match: { tool_name: 'mail' }, action });

describe('what is decided differently', () => {
  it.each<[string, Written[], Written[], Partial<DecisionChanges>, [string, string, string][]]>([
    ['nothing', [pay(10)], [pay(10)], { effect: 'none_found', exhaustive: true }, []],
    [
      'a higher limit',
      [pay(10)],
      [pay(20)],
      { effect: 'loosened', loosened: 1, tightened: 0 },
      [['pay', 'block', 'allow']],
    ],
    ['a lower limit', [pay(20)], [pay(10)], { effect: 'tightened' }, [['pay', 'allow', 'block']]],
    [
      'one of each, the loosening first',
      [pay(10), mail('allow')],
      [pay(20), mail('block')],
      { effect: 'both', loosened: 1, tightened: 1 },
      [
        ['pay', 'block', 'allow'],
        ['mail', 'allow', 'block'],
      ],
    ],
  ])('is told at once and by the thread alike: %s', async (_name, before, after, expected, transitions) => {
    const tell = async (others: number) => {
      const [from, to] = [bundleOf(before, others), bundleOf(after, others)];
      for (const { version, content } of [from, to])
        await new BundleArchive(directory).keep(version, content);
      return comparedAtLast({ from, to, tenant_id: '*' });
    };
    const small = await tell(0);
    expect(small).toMatchObject(expected);
    expect(small.witnesses.map((one) => [one.tool_name, one.before.decision, one.after.decision])).toEqual(
      transitions,
    );
    const { witnesses, effect } = await tell(300);
    expect({ witnesses, effect }).toEqual({ witnesses: small.witnesses, effect: small.effect });
  });

  it('is shown by plans, each with what it rests on', async () => {
    const [from, to] = [bundleOf([pay(10)]), bundleOf([pay(20)])];
    const { witnesses } = await loader.compare({ from, to, tenant_id: '*' });
    expect(witnesses).toMatchObject([
      {
        before: { reason: 'default_block', rules: [] },
        after: { rules: ['pay'] },
        plan: { steps: [{ tool_name: 'pay', arguments: { amount: expect.any(Number) } }] },
        given: { agent: { capabilities: ['c'] }, trust_level: 'trusted', findings: [] },
      },
    ]);
  });

  it('is shown without the plan where that is long', async () => {
    const text = 'x'.repeat(4_050);
    const says = (eq: string) => ({ ...mail('allow'), args: { note: { eq } } });
    const [from, to] = [bundleOf([says(text)]), bundleOf([says('short')])];
    const { witnesses } = await loader.compare({ from, to, tenant_id: '*' });
    expect(witnesses.map(({ effect, plan }) => [effect, plan === undefined])).toEqual([
      ['loosened', false],
      ['tightened', true],
    ]);
  });

  it('is not known where the thread has not got the bundles', async () => {
    const [from, to] = [bundleOf([pay(1)], 300), bundleOf([pay(2)], 300)];
    expect(await loader.compare({ from, to, tenant_id: '*' })).toEqual(notCompared('fault'));
  });

  it('is looked for no longer than is allowed, and lets others have their turn', () => {
    const [from, to] = [bundleOf([pay(10), mail('allow')]), bundleOf([pay(20), mail('block')])];
    let asked = 0;
    const steps = compareDecisions(from, to, () => {
      asked += 1;
      return asked > 5;
    });
    let turns = 0;
    let told = steps.next();
    for (; told.done !== true; told = steps.next()) turns += 1;
    expect(turns).toBeGreaterThan(5);
    expect(told.value).toMatchObject({ exhaustive: false, ended_by: 'time' });
    expect(told.value.combinations).toBeLessThan(5);
  });
});

describe('the description of a change', () => {
  const layered = (action: string): Written => ({
    ...{ id: 'theirs', layer: { kind: 'tenant', tenant_id: 'theirs' }, match: { tool_name: 'pay' }, action },
  });

  it('has both parts, and a tenant sees nothing of what is of another', async () => {
    const describeChanges = createDescribeChanges(loader);
    const [from, to] = [bundleOf([pay(10), layered('block')]), bundleOf([pay(10)])];
    const all = await describeChanges({ from, to, tenant_id: '*' }, 10);
    expect(all).toMatchObject({
      removed: [{ id: 'theirs' }],
      decisions: { effect: 'loosened', witnesses: [{ plan: { agent: { tenant_id: 'theirs' } } }] },
    });
    const ours = await describeChanges({ from, to, tenant_id: 'ours' }, 10);
    expect(ours).toMatchObject({ removed: [], decisions: { effect: 'none_found' } });
    expect(JSON.stringify(ours)).not.toContain('theirs');
  });

  it('has nothing of decisions where there was no bundle before', async () => {
    const describeChanges = createDescribeChanges(loader);
    expect(await describeChanges({ to: bundleOf([pay(1)]), tenant_id: '*' }, 10)).not.toHaveProperty(
      'decisions',
    );
  });

  it('is there where nothing could be looked for', async () => {
    const describeChanges = createDescribeChanges({
      compare: () => Promise.reject(new Error('no thread')),
      changes: () => Promise.reject(new Error('no thread')),
    });
    const changes = await describeChanges(
      { from: bundleOf([pay(1)]), to: bundleOf([pay(2)]), tenant_id: '*' },
      10,
    );
    expect(changes).toMatchObject({ counts: { changed: 1 }, decisions: notCompared('fault') });
  });

  it('is looked for once, and again where the time was over', async () => {
    const asked: string[] = [];
    const describeChanges = createDescribeChanges({
      compare: async ({ from, to, tenant_id }: Required<Comparison>) => {
        asked.push(`${from.version} ${to.version} ${tenant_id}`);
        return notCompared(tenant_id === 'late' ? 'time' : 'fault');
      },
      changes: () => Promise.reject(new Error('both are at hand')),
    });
    const pair = (n: number) => ({
      from: { version: 'a', content: {} },
      to: { version: `b${n}`, content: {} },
    });
    for (const tenant_id of ['*', '*', 'late', 'late', 'x', '*'])
      await describeChanges({ ...pair(0), tenant_id }, 10);
    expect(asked).toEqual(['a b0 *', 'a b0 late', 'a b0 late', 'a b0 x']);
    for (let n = 1; n <= 8; n += 1) await describeChanges({ ...pair(n), tenant_id: '*' }, 10);
    await describeChanges({ ...pair(0), tenant_id: '*' }, 10);
    expect(asked.filter((one) => one === 'a b0 *')).toHaveLength(2);
  });
});
