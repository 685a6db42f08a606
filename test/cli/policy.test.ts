import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedLog } from '../backtest/recorded-log.ts';
import type { StartedGateway } from '../http/start-gateway.ts';
import { runTool } from './run-tool.ts';

const directory = mkdtempSync(join(tmpdir(), 'policy-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (...args: string[]) => runTool(['policy', ...args]);

/** A copy of the policies that come with the gateway, changed. */
function policies(change: (text: string) => string = (text) => text, file = 'policies.yaml'): string {
  const copy = mkdtempSync(join(directory, 'policies-'));
  cpSync('policies', copy, { recursive: true });
  const path = join(copy, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return copy;
}

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(directory, 'file-')), name);
  writeFileSync(path, text);
  return path;
}

describe('aisecops policy lint', () => {
  it('has nothing to say of the policies that come with the gateway', async () => {
    expect(await run('lint', '--fail-on', 'warning')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+ rules, 0 warnings\n$/),
      stderr: '',
    });
  });

  const typo = () =>
    policies((text) => text.replace('tool_name: delete_database }', 'tool_name: delete_databsae }'));

  it('names what it finds by line, code and what is meant, and ends with 12 where that is asked', async () => {
    const [plain, strict] = await Promise.all([
      run('lint', typo()),
      run('lint', typo(), '--fail-on', 'warning'),
    ]);
    expect(plain.stdout).toMatch(
      /^policies\.yaml:\d+:\d+: unknown_tool: .*delete_databsae.*\(did you mean delete_database\?\)$/m,
    );
    expect(plain.stdout).toMatch(/^capabilities\.yaml:\d+:\d+: default_only_tool: /m);
    expect([plain.code, strict.code]).toEqual([0, 12]);
  });

  it('gives rule ids to programs', async () => {
    const { warnings, valid } = JSON.parse((await run('lint', typo(), '--json')).stdout);
    expect(valid).toBe(true);
    expect(warnings[0]).toMatchObject({
      code: 'unknown_tool',
      rule_ids: ['database.delete'],
      pointer: expect.stringMatching(/tool_name$/),
    });
  });

  it('names every error of policies that do not load: 78', async () => {
    const { code, stdout } = await run(
      'lint',
      policies((text) => text.replace('action: allow', 'action: alow')),
    );
    expect({ code, stdout }).toEqual({
      code: 78,
      stdout: expect.stringMatching(/^policies\.yaml:\d+:\d+: must be one of allow/),
    });
  });

  it('says that a file is none of a directory: 78', async () => {
    const file = join(
      policies((text) => text),
      'policies.yaml',
    );
    const { code, stdout } = await run('lint', file);
    expect(code).toBe(78);
    expect(stdout).toContain(`${file} is a file: name the directory`);
  });
});

describe('aisecops policy test', () => {
  it('counts', async () => {
    expect(await run('test')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^(\d+) tests, \1 passed, 0 failed\n$/),
      stderr: '',
    });
  });

  it('names the tests that fail by line: 12', async () => {
    const changed = policies((text) =>
      text.replace(/(- id: payment\.small[\s\S]*?action: )allow/, '$1block'),
    );
    const { code, stdout } = await run('test', changed);
    expect(code).toBe(12);
    expect(stdout).toMatch(
      /^policies\.yaml:\d+:\d+: test "a small payment is paid": expected allow, got block/m,
    );
    const { tests, passed, failures } = JSON.parse((await run('test', changed, '--json')).stdout);
    expect(tests - passed).toBe(failures.length);
  });

  it('does not start with policies that do not load: 78', async () => {
    const { code, stderr } = await run(
      'test',
      policies(() => 'rules: 5'),
    );
    expect({ code, stderr }).toEqual({ code: 78, stderr: expect.stringContaining('policies.yaml:1:1') });
  });
});

describe('aisecops policy explain', () => {
  const plan = `agent: { agent_id: agent-finance-01, tenant_id: acme-corp }
provenance: [{ source_type: user_prompt, trust_level: trusted }]
steps: [{ step_id: s1, tool_name: make_payment, arguments: { payee: P, amount: 2500, currency: USD } }]`;

  it('says of every rule why it matched or did not', async () => {
    const { code, stdout } = await run('explain', 'policies', '--plan', file('plan.yaml', plan));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^require_approval: payment_needs_approval \(policy\)\n/);
    expect(stdout).toMatch(/\n {2}matches {2}require_approval {2}payment\.large +every condition holds\n/);
    expect(stdout).toMatch(
      /\n {2}- +block +payment\.cap +args\.\/amount gt 10000: no, it is 2500 \(a near miss\)\n/,
    );
  });

  it('decides under facts that are given', async () => {
    const facts = file(
      'facts.json',
      JSON.stringify({
        trust: {
          plan: [{ source_type: 'user_prompt', trust_level: 'unverified', basis: 'default' }],
          steps: {},
        },
      }),
    );
    const { stdout } = await run('explain', '--plan', file('plan.yaml', plan), '--facts', facts, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ decision: 'block', reason: 'untrusted_instructions' });
  });

  it.each([
    ['no plan', [], /--plan FILE is needed/],
    ['a plan that is none', ['--plan', () => file('plan.yaml', 'steps: 5')], /plan\.yaml: /],
    ['a file that is no YAML', ['--plan', () => file('plan.yaml', 'a: [')], /plan\.yaml:\d+:\d+: /],
  ] as [string, (string | (() => string))[], RegExp][])('refuses %s: 2', async (_, args, message) => {
    const { code, stderr } = await run(
      'explain',
      ...args.map((arg) => (typeof arg === 'string' ? arg : arg())),
    );
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});

describe('aisecops policy diff', () => {
  const looser = () =>
    policies((text) =>
      text
        .replace('args: { amount: { gt: 1000 } }', 'args: { amount: { gt: 5000 } }')
        .replace('lte: 1000 }', 'lte: 5000 }'),
    );

  it('shows what the files say differently, and plans that are decided differently', async () => {
    const { code, stdout } = await run('diff', 'policies', looser());
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}~ rule payment\.small: allow make_payment \(args\)\n/);
    expect(stdout).toMatch(
      / {2}loosened: make_payment require_approval → allow\n {4}before {2}payment\.large\n {4}after {3}payment\.small\n/,
    );
  });

  it('gives a witness that the other commands confirm', async () => {
    const after = looser();
    const { structural, search } = JSON.parse((await run('diff', 'policies', after, '--json')).stdout);
    expect(structural.rules.changed.map(({ id }: { id: string }) => id)).toEqual([
      'payment.large',
      'payment.small',
    ]);
    const { plan, given } = search.witnesses.find(({ effect }: { effect: string }) => effect === 'loosened');
    const facts = file(
      'facts.json',
      JSON.stringify({
        agent: given.agent,
        trust: {
          plan: [{ source_type: 'user_prompt', trust_level: given.trust_level, basis: 'registry' }],
          steps: {},
        },
      }),
    );
    const decide = async (bundle: string) =>
      JSON.parse(
        (
          await run(
            'explain',
            bundle,
            '--plan',
            file('plan.json', JSON.stringify(plan)),
            '--facts',
            facts,
            '--json',
          )
        ).stdout,
      ).decision;
    expect([await decide('policies'), await decide(after)]).toEqual(['require_approval', 'allow']);
  });

  it.each([
    [['--fail-on', 'loosened'], 12],
    [['--fail-on', 'tightened'], 12],
    [['--fail-on', 'loosened', '--accept', 'require_approval->allow'], 0],
    [[], 0],
  ] as [string[], number][])('ends with %j: %i', async (args, code) => {
    expect((await run('diff', 'policies', looser(), ...args)).code).toBe(code);
  });

  it.each([
    [['policies'], /A B are needed/],
    [['policies', 'nowhere'], /nowhere: there is no such file/],
    [['policies', 'policies', '--accept', 'deny->allow'], /two decisions/],
    [['policies', 'policies', '--fail-on', 'worse'], /there are loosened/],
  ] as [string[], RegExp][])('refuses %j: 2', async (args, message) => {
    expect(await run('diff', ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});

describe('on recorded plans', () => {
  let gateway: StartedGateway;
  let log: string;
  beforeAll(async () => {
    ({ gateway, file: log } = await recordedLog());
  });
  afterAll(() => gateway.stop());

  it('coverage counts them beside the tests', async () => {
    const { stdout } = await run('coverage', gateway.policyDirectory, '--audit-file', log, '--json');
    const { tests, recorded, rules } = JSON.parse(stdout);
    expect(recorded.plans).toBeGreaterThan(0);
    expect(recorded.not_reproducible).toBeGreaterThan(0);
    expect(tests.met).toBe(rules.filter((rule: { tests: number }) => rule.tests > 0).length);
    expect(rules.find(({ id }: { id: string }) => id === 'payment.small').recorded).toBeGreaterThan(0);
  });

  it('diff decides them again, and takes a version that is kept beside the log', async () => {
    const { version } = gateway.gateway.bundles.active.bundle;
    const stricter = policies((text) =>
      text.replace(/(- id: payment\.small[\s\S]*?action: )allow/, '$1block'),
    );
    const { stdout, code } = await run(
      'diff',
      version,
      stricter,
      '--audit-file',
      log,
      '--fail-on',
      'loosened',
      '--json',
    );
    const { replay, before } = JSON.parse(stdout);
    expect(before.version).toBe(version);
    expect(replay.tightened).toBeGreaterThan(0);
    // Nothing is loosened, but some plans of this log cannot be decided again.
    expect(code).toBe(14);
  });
});

describe('aisecops policy coverage', () => {
  it('names rules that no test meets, and fails below what is asked', async () => {
    const untested = policies((text) =>
      text.replace(
        'rules:\n',
        'rules:\n  - { id: never.tested, tool_name: fetch_url, environment: lab, action: block }\n',
      ),
    );
    const { stdout, code } = await run('coverage', untested, '--fail-under', '100');
    expect(stdout).toMatch(/^tests meet \d+ of \d+ rules \(\d+(\.\d)? %\)\n/);
    expect(stdout).toMatch(/\n {2}tests +suspicious_content\n/);
    expect(code).toBe(12);
    expect((await run('coverage', untested, '--fail-under', '50')).code).toBe(0);
  });

  it('refuses a share that is none: 2', async () => {
    expect((await run('coverage', '--fail-under', 'most')).code).toBe(2);
  });
});

describe('aisecops policy import and schema', () => {
  it('writes rules that load, and says apart what is different', async () => {
    const { code, stdout, stderr } = await run(
      'import',
      file('old.yaml', 'blocked_tools: [x]\nrules: [{ tool_name: x, action: allow }]\n'),
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /stricter: where both match, the original took rule-\w+ \(allow\).*now blocked_tools \(block\) wins/,
    );
    const copy = policies(() => stdout);
    expect((await run('lint', copy)).code).toBe(0);
  });

  it('says of each key what it became, and of what is different where it stands', async () => {
    const odd = file(
      'odd.yaml',
      'version: 2\nrules:\n  - { tool_name: "*", action: allow }\n  - { tool_name: x, action: Block }\n',
    );
    const { stdout, stderr } = await run('import', odd);
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      expect.stringMatching(/^read: rules became 1 rule: rule-\w+$/),
      'odd.yaml:1:1: left out: the key `version` means nothing here',
      'odd.yaml:3:5: left out: rule 1: "*" was a name and would be a pattern here, which allows more',
      'odd.yaml:4:21: changed: the action "Block" is written block here',
    ]);
    expect(stdout).not.toContain('*');
    const json = JSON.parse((await run('import', odd, '--json')).stdout);
    expect(json.notes[1]).toMatchObject({ kind: 'left_out', pointer: '/rules/0', line: 3, column: 5 });
  });

  it('names what it cannot read: 78', async () => {
    const { code, stderr } = await run(
      'import',
      file('old.yaml', 'rules: [{ tool_name: x, action: deny }]\n'),
    );
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: expect.stringMatching(/^old\.yaml:1:\d+: must be one of/),
    });
  });

  it('prints the schema of a file', async () => {
    const { stdout } = await run('schema', 'agents.yaml');
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(readFileSync('policies/schema/agents.schema.json', 'utf8')),
    );
    const layer = await run('schema', 'layers/acme.yaml');
    expect(JSON.parse(layer.stdout)).toEqual(
      JSON.parse(readFileSync('policies/schema/layer.schema.json', 'utf8')),
    );
    expect((await run('schema', 'other.yaml')).code).toBe(2);
  });
});
