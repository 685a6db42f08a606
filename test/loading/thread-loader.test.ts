import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleArchive } from '../../src/bundles/bundle-archive.ts';
import { filesHash } from '../../src/bundles/file-hashes.ts';
import type { PolicyFiles } from '../../src/bundles/load-policy-set.ts';
import { checkedSet, summaryOf } from '../../src/bundles/policy-loader.ts';
import type { PolicySet } from '../../src/bundles/policy-set.ts';
import { ruleChanges } from '../../src/bundles/rule-changes.ts';
import { createTestRunner } from '../../src/evaluation/test-runner.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import { ThreadLoader } from '../../src/loading/thread-loader.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundle, compileBundleContent } from '../../src/policy/compile.ts';
import { stepView } from '../policy/step-view.ts';

const runTest = createTestRunner(createGuard());
let directory: string;
let loader: ThreadLoader;

beforeAll(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'aisecops-loading-')), 'policies');
  loader = new ThreadLoader(directory, runTest);
});
afterAll(async () => {
  await loader.close();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

const CAPABILITIES = readFileSync('policies/capabilities.yaml', 'utf8');
/** Long enough for the thread. */
const COMMENT = `# ${'-'.repeat(70_000)}\n`;

type Rule = { id: string; tool: number; action: string; limit: number };

const ruleArbitrary = fc.record({
  id: fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `r${index}`)),
  tool: fc.nat(2),
  action: fc.constantFrom('allow', 'block', 'require_approval'),
  limit: fc.nat(3),
});
const rulesArbitrary = fc.uniqueArray(ruleArbitrary, {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 12,
});
const setArbitrary = fc.record({
  rules: rulesArbitrary,
  combining: fc.constantFrom('strongest', 'first_match'),
  hasMore: fc.boolean(),
  hasAgents: fc.boolean(),
});

function filesOf({
  rules,
  combining,
  hasMore,
  hasAgents,
}: {
  rules: Rule[];
  combining: string;
  hasMore: boolean;
  hasAgents: boolean;
}): PolicyFiles {
  const lines = rules.map(
    ({ id, tool, action, limit }) =>
      `  - { id: ${id}, match: { tool_name: tool_${tool} }, args: { amount: { gt: ${limit} } }, action: ${action} }\n`,
  );
  const more = hasMore ? '  cap_more: { tools: [tool_0, tool_1, tool_2] }\n' : '';
  return {
    'policies.yaml': `${COMMENT}combining: ${combining}\nrules:\n${lines.join('')}`,
    'capabilities.yaml': CAPABILITIES + more,
    ...(hasAgents && { 'agents.yaml': 'agents: [{ agent_id: a, tenant_id: t }]\n' }),
  };
}

/** Everything that can be told from outside about a set. */
function shown({ bundle, agents, budgets, warnings }: PolicySet): string {
  const verdicts = [0, 1, 2].flatMap((tool) =>
    [0, 2, 9].map((amount) => {
      const step = stepView({ tool_name: `tool_${tool}`, arguments: { amount } });
      return [bundle.evaluate(step), bundle.explain(step)];
    }),
  );
  const { name, version, content, rule_count, capabilities, permits_always } = bundle;
  const grants = [0, 1].map((tool) => bundle.grantOf(`tool_${tool}`, ['cap_more'])?.capability ?? null);
  return canonicalJson({
    ...{ name, version, content, rule_count, capabilities, permits_always, verdicts, grants },
    ...{ agents, budgets: [...budgets], warnings },
  });
}

describe('a set that the thread reads', () => {
  it('is what the same files are when they are read at once, whatever was read before', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(setArbitrary, { minLength: 1, maxLength: 6 }), async (sets) => {
        let base: PolicySet | undefined;
        for (const files of sets.map(filesOf)) {
          const { set, problems } = await loader.load(files, base);
          if (set === undefined) throw new Error(JSON.stringify(problems));
          const alone = checkedSet(files, runTest);
          expect(shown(set)).toBe(shown(alone.set as PolicySet));
          expect(compileBundleContent(set.bundle.content).bundle?.version).toBe(set.bundle.version);
          base = set;
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a rule that is none', 'rules: [{ acton: allow }]\n'],
    ['no YAML', 'rules: [\n'],
    ['two rules of one id', 'rules:\n  - { id: a, action: block }\n  - { id: a, action: allow }\n'],
    [
      'a test that fails',
      'rules: [{ action: block }]\ntests: [{ name: t, plan: { agent_name: a, tool_name: b, arguments: {} }, expect: allow }]\n',
    ],
  ])('has the problems of %s where they stand, before and after others', async (_name, text) => {
    const files = { 'policies.yaml': COMMENT + text };
    const good = filesOf({
      rules: [{ id: 'r', tool: 0, action: 'block', limit: 1 }],
      combining: 'strongest',
      hasMore: true,
      hasAgents: false,
    });
    const alone = checkedSet(files, runTest);
    expect(alone.problems?.length).toBeGreaterThan(0);
    expect(await loader.load(files)).toEqual(alone);
    await loader.load(good);
    expect(await loader.load(files)).toEqual(alone);
  });

  it('is kept as it would be kept at once', async () => {
    const [one, other] = [3, 4].map((limit) =>
      filesOf({
        rules: [{ id: 'r', tool: 0, action: 'block', limit }],
        combining: 'strongest',
        hasMore: true,
        hasAgents: true,
      }),
    ) as [PolicyFiles, PolicyFiles];
    for (const files of [one, other]) {
      const { set } = await loader.load(files);
      if (set === undefined) throw new Error('it loads');
      const version = {
        name: 'n',
        version: set.bundle.version,
        files_hash: filesHash(files),
        rule_count: 1,
        capability_count: 1,
      };
      await loader.keep({ content: set.bundle.content, source: { files }, version });
      const archive = new BundleArchive(directory);
      expect(await archive.read(version.version)).toEqual(set.bundle.content);
      expect(await archive.readFiles(version.files_hash)).toEqual({ files });
    }
    expect(readdirSync(join(directory, '..', 'policy-files'))).toHaveLength(2);
  });

  it('may be much larger than the one before, also where others are asked for at once', async () => {
    const small = filesOf({
      ...{ rules: [{ id: 'z', tool: 1, action: 'allow', limit: 7 }], combining: 'strongest' },
      ...{ hasMore: true, hasAgents: true },
    });
    const large = { ...small, 'trust.yaml': `# ${'-'.repeat(3_000_000)}\n{}\n` };
    const again = new ThreadLoader(directory, runTest);
    const { set: base } = await again.load(small);
    const sets = await Promise.all([small, large, small].map((files) => again.load(files, base)));
    const { set: last } = await again.load(large, base);
    for (const set of [...sets.map((each) => each.set), last])
      expect(shown(set as PolicySet)).toBe(shown(base as PolicySet));
    await again.close();
  });

  it('that is gone by then is kept all the same, and a thread that has ended begins anew', async () => {
    const again = new ThreadLoader(directory, runTest);
    const files = filesOf({
      rules: [{ id: 'z', tool: 1, action: 'allow', limit: 7 }],
      combining: 'strongest',
      hasMore: true,
      hasAgents: true,
    });
    const { set } = await again.load(files);
    await again.close();
    const second = await again.load(files, set);
    expect(shown(second.set as PolicySet)).toBe(shown(set as PolicySet));
    const version = {
      name: 'n',
      version: set?.bundle.version ?? '',
      files_hash: filesHash({ ...files, 'trust.yaml': '' }),
      rule_count: 1,
      capability_count: 1,
    };
    const content = set?.bundle.content;
    await again.keep({ content, source: { files: { ...files, 'trust.yaml': '' } }, version });
    expect(await new BundleArchive(directory).readFiles(version.files_hash)).toBeDefined();
    await again.close();
  });
});

describe('a set that is only checked', () => {
  const files = (limit: number) =>
    filesOf({
      rules: [{ id: 'r', tool: 0, action: 'block', limit }],
      ...{ combining: 'strongest', hasMore: true, hasAgents: true },
    });

  it('is told of as one that is loaded, and what it says stays on the thread', async () => {
    const { checked } = await loader.check(files(3));
    const alone = checkedSet(files(3), runTest);
    const { compared, ...told } = summaryOf(alone.set as PolicySet);
    expect(checked).toEqual({ ...told, compared: { version: compared.version } });
    expect(told).toMatchObject({ rule_count: 1, tenants: ['t'] });
  });

  it('is compared by its version with one that is at hand, or that was kept', async () => {
    const [one, other] = [3, 2].map((limit) => checkedSet(files(limit), runTest).set as PolicySet);
    const [from, to] = [one?.bundle, other?.bundle] as [Bundle, Bundle];
    await loader.check(files(3));
    await loader.check(files(2));
    const pair = { from: { version: from.version }, to: { version: to.version }, tenant_id: '*' };
    expect(await loader.changes(pair, 10)).toEqual(ruleChanges(from.content, to.content, 10));
    const again = new ThreadLoader(directory, runTest);
    await expect(
      again.changes({ ...pair, to: { version: `sha256:${'0'.repeat(64)}` } }, 10),
    ).rejects.toThrow();
    for (const { version, content } of [from, to]) await new BundleArchive(directory).keep(version, content);
    expect(await again.changes(pair, 10)).toEqual(ruleChanges(from.content, to.content, 10));
    // Both block all there is; a machine that is busy may not come to the end of the search.
    expect((await again.compare(pair)).ended_by).not.toBe('fault');
    await again.close();
  });

  it('is kept, also where the thread has ended meanwhile', async () => {
    const again = new ThreadLoader(directory, runTest);
    const source = { files: files(5) };
    const { checked } = await again.check(source.files);
    await again.close();
    const version = {
      ...{ name: 'n', version: checked?.compared.version ?? '', files_hash: filesHash(source.files) },
      ...{ rule_count: 1, capability_count: 1 },
    };
    await again.keep({ source, version });
    const archive = new BundleArchive(directory);
    expect(await archive.read(version.version)).toBeDefined();
    expect(await archive.readFiles(version.files_hash)).toEqual(source);
    await again.close();
  });

  it.runIf(process.platform === 'linux')('is read with what the threads that decide leave', async () => {
    const lowered = () => {
      const tasks = readdirSync('/proc/self/task').map((task) =>
        readFileSync(`/proc/self/task/${task}/stat`, 'utf8'),
      );
      // The nineteenth field; the second is a name in parentheses and may hold spaces.
      const priorities = tasks.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
      return priorities.filter((nice) => nice === 10).length;
    };
    const [own, others] = [getPriority(), lowered()];
    const again = new ThreadLoader(directory, runTest);
    await again.load(files(3));
    await again.check(files(2));
    expect(lowered()).toBe(others + 1);
    expect(getPriority()).toBe(own);
    await again.close();
  });

  it('is refused where four others are', async () => {
    const results = await Promise.allSettled([1, 2, 3, 0, 1, 2].map((limit) => loader.check(files(limit))));
    const codes = results.map((result) => (result.status === 'fulfilled' ? 'checked' : result.reason.code));
    expect(codes).toEqual([...new Array(4).fill('checked'), 'too_many_checks', 'too_many_checks']);
    expect(await loader.check(files(1))).toHaveProperty('checked');
  });

  it('has its own tests run, and one that is only compiled has not', async () => {
    const failing = `${files(1)['policies.yaml']}tests: [{ name: t, plan: { agent_name: a, tool_name: b, arguments: {} }, expect: allow }]\n`;
    const given = { ...files(1), 'policies.yaml': failing };
    expect((await loader.check(given)).problems?.length).toBeGreaterThan(0);
    expect((await loader.compile(given)).set?.bundle.version).toBe(
      compileBundle({ ...given, 'policies.yaml': failing }).bundle?.version,
    );
  });
});
