import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
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

  const wrong: [string, string[], RegExp][] = [
    ['no policy', [], /a POLICY is needed/],
    [
      'a policy that is not there',
      ['nowhere.yaml'],
      /nowhere\.yaml: there is no such file, and no such bundle/,
    ],
    ['an unknown --fail-on', ['policies', '--fail-on', 'worse'], /there are loosened, tightened, changed/],
    ['a time that is none', ['policies', '--from', 'yesterday'], /--from yesterday: it is no time/],
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
