import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedLog } from '../backtest/recorded-log.ts';
import type { StartedGateway } from '../http/start-gateway.ts';
import { runTool } from './run-tool.ts';

let gateway: StartedGateway;
let file: string;

beforeAll(async () => {
  ({ gateway, file } = await recordedLog());
});
afterAll(() => gateway.stop());

const run = (...args: string[]) => runTool(['backtest', ...args, '--audit-file', file]);

/** A copy of the active policies, changed. */
function candidate(change: (text: string) => string): string {
  const directory = mkdtempSync(join(gateway.directory, 'candidate-'));
  cpSync(gateway.policyDirectory, directory, { recursive: true });
  const path = join(directory, 'policies.yaml');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return directory;
}

/** Payments that were allowed are blocked, and nothing else. */
const stricter = () =>
  candidate((text) => text.replace(/(- id: payment\.small[\s\S]*?action: )allow/, '$1block'));

describe('aisecops backtest', () => {
  it('says what a candidate would have decided, by which rule, and of which plans', async () => {
    const { stdout, code } = await run(stricter());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d+ plans decided again under production sha256:[0-9a-f]{12}\n {2}0 loosened, \d+ tightened, /,
    );
    expect(stdout).toMatch(/\nallow +\d+ +0 +\d+\n/);
    expect(stdout).toMatch(/\nrule payment\.small \(changed\) +0 +\d+ +run-/);
    expect(stdout).toMatch(/\n {2}allow → block {2}run-\d+ plan-\S+ {2}agent-finance-01: make_payment\n/);
    expect(stdout).toContain('2 plans could not be decided again\n  2 plan_redacted: run-');
  });

  it('takes a file of rules alone with the capabilities as they were recorded', async () => {
    const rules = join(stricter(), 'policies.yaml');
    const alone = join(mkdtempSync(join(gateway.directory, 'alone-')), 'rules.yaml');
    cpSync(rules, alone);
    const [whole, short] = await Promise.all([run(rules, '--json'), run(alone, '--json')]);
    expect(JSON.parse(short.stdout)).toEqual(JSON.parse(whole.stdout));
  });

  it('takes the version of a bundle that was active', async () => {
    const { version } = gateway.gateway.bundles.active.bundle;
    const { stdout } = await run(version, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ candidate: { version }, loosened: 0, tightened: 0 });
  });

  it('says the same as the gateway does', async () => {
    const { stdout } = await run(stricter(), '--json', '--agent', 'agent-finance-01');
    const text = readFileSync(join(stricter(), 'policies.yaml'), 'utf8');
    const body = { bundle: { 'policies.yaml': text }, filter: { agent_id: 'agent-finance-01' } };
    const { backtest_id } = (await gateway.send('POST /replay/backtest', { body })).body;
    const { body: job } = await gateway.send(`GET /backtests/${backtest_id}?wait=30`);
    expect(JSON.parse(stdout)).toMatchObject(job['report'] as object);
  });

  it.each([
    ['loosened', 14],
    ['tightened', 12],
    ['changed', 12],
  ])('ends a stricter candidate with --fail-on %s: %i', async (what, code) => {
    expect((await run(stricter(), '--fail-on', what)).code).toBe(code);
  });

  it('ends with 0 where nothing is loosened and every plan could be decided', async () => {
    expect((await run(stricter(), '--fail-on', 'loosened', '--tool', 'make_payment')).code).toBe(0);
  });

  it('does not take a bundle that an agent names for the bundle of the log', async () => {
    const alone = join(mkdtempSync(join(gateway.directory, 'alone-')), 'rules.yaml');
    cpSync(join(stricter(), 'policies.yaml'), alone);
    const before = await run(alone, '--json');
    const agent = { agent_id: 'late', tenant_id: 'acme-corp', policy_bundle: 'production' };
    await gateway.send('POST /agents', { body: agent });
    const reason = 'r'.repeat(900);
    for (let count = 0; count < 1_300; count += 1)
      await gateway.send('POST /audit/holds', { body: { agent_id: `a-${count}`, reason } });
    expect(await run(alone, '--json')).toEqual(before);
  });

  it('refuses rules alone where the recorded capabilities are gone or changed: 2', async () => {
    const alone = join(mkdtempSync(join(gateway.directory, 'alone-')), 'rules.yaml');
    cpSync(join(stricter(), 'policies.yaml'), alone);
    const kept = join(mkdtempSync(join(gateway.directory, 'kept-')), 'audit');
    cpSync(join(file, '..'), kept, { recursive: true });
    const policies = join(kept, 'policies');
    for (const name of readdirSync(policies))
      writeFileSync(
        join(policies, name),
        readFileSync(join(policies, name), 'utf8').replace('medium', 'lowest'),
      );
    const tampered = await runTool(['backtest', alone, '--audit-file', join(kept, 'events.jsonl')]);
    expect(tampered).toMatchObject({ code: 2, stderr: expect.stringContaining('is not beside it') });
    rmSync(policies, { recursive: true });
    const gone = await runTool(['backtest', alone, '--audit-file', join(kept, 'events.jsonl')]);
    expect(gone).toMatchObject({ code: 2, stderr: expect.stringContaining('is not beside it') });
  });

  it.each([
    ['an empty log', ''],
    ['JSON of something else', '{"a":1}\n'],
    ['half a line', '\u0001\u0002'.repeat(999)],
  ])('has shown nothing where the file is %s: 14', async (_, text) => {
    const foreign = join(mkdtempSync(join(gateway.directory, 'foreign-')), 'events.jsonl');
    writeFileSync(foreign, text);
    const { code, stdout } = await runTool(['backtest', 'policies', '--audit-file', foreign]);
    expect({ code, stdout }).toEqual({ code: 14, stdout: expect.stringMatching(/^0 plans decided again/) });
  });

  it('has shown nothing where no plan fits: 14', async () => {
    expect((await run(stricter(), '--fail-on', 'loosened', '--agent', 'no-such-agent')).code).toBe(14);
  });

  const wrong: [string, string[], RegExp][] = [
    ['no policy', [], /a POLICY is needed/],
    [
      'a policy that is not there',
      ['nowhere.yaml'],
      /nowhere\.yaml: there is no such file, and no such bundle/,
    ],
    ['an unknown --fail-on', ['policies', '--fail-on', 'worse'], /there are loosened, tightened, changed/],
    ['a time that is none', ['policies', '--from', 'yesterday'], /--from yesterday: it is no time/],
    [
      'a time that is not RFC 3339',
      ['policies', '--from', 'Nov 30 2026'],
      /--from Nov 30 2026: it is no time/,
    ],
    [
      'a decision that is none',
      ['policies', '--decision', 'maybe'],
      /there are allow, block, require_approval/,
    ],
    ['a version that is none', ['policies', '--bundle', 'sha256:zz'], /--bundle sha256:zz: a version is/],
    ['a number that is none', ['policies', '--flips', '-1'], /--flips/],
  ];

  it.each(wrong)('refuses %s: 2', async (_, args, message) => {
    const { code, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  it('says what is wrong with a candidate, by line', async () => {
    const broken = candidate((text) => text.replace('action: allow', 'action: alow'));
    const { code, stderr } = await run(broken);
    expect(code).toBe(2);
    expect(stderr).toMatch(/policies\.yaml:\d+:\d+: /);
  });

  it('says that there is no log: 1', async () => {
    const { code, stderr } = await runTool([
      'backtest',
      'policies',
      '--audit-file',
      join(gateway.directory, 'none.jsonl'),
    ]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('none.jsonl: there is no such file'),
    });
  });
});
