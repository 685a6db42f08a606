import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from '../http/start-gateway.ts';
import { runTool } from './run-tool.ts';

let gateway: StartedGateway;
let file: string;

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const SKILL = { source_type: 'skill', source_name: 'untrusted_openclaw_skill', trust_level: 'unverified' };
const USER = { source_type: 'user_prompt', trust_level: 'trusted' };
const mail = (to: string) => ({ tool_name: 'send_email', arguments: { to, subject: 's', body: 'b' } });
const READ = { tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };

async function evaluate(trace_id: string, body: object): Promise<void> {
  const reply = await gateway.send('POST /evaluate', { body: { trace_id, agent: FINANCE, ...body } });
  expect(reply.status, reply.text).toBe(200);
}

const replay = (...args: string[]) => runTool(['--audit-file', file, ...args], undefined, 'aisecops-replay');

beforeAll(async () => {
  gateway = await startGateway();
  file = join(gateway.directory, 'audit', 'events.jsonl');
  await evaluate('run-123', {
    execution_plan_id: 'plan-8f42',
    correlation_id: 'cid-1',
    session_id: 'ses-1',
    provenance: [SKILL],
    steps: [mail('x@evil.example')],
  });
  await evaluate('run-123', { provenance: [USER], steps: [READ, READ], mode: 'dry_run' });
  await evaluate('run-124', {
    execution_plan_id: 'plan-2',
    provenance: [USER],
    steps: [mail('lee@acme.example')],
  });
  await gateway.send('POST /executions/plan-2/outcome', { body: { status: 'succeeded' } });
});
afterAll(() => gateway.stop());

/** A copy of the log whose lines a test has changed. */
function changedLog(change: (lines: string[]) => string[]): string {
  const directory = join(gateway.directory, `copy-${Math.random().toString(36).slice(2)}`);
  mkdirSync(directory);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const copy = join(directory, 'events.jsonl');
  writeFileSync(copy, `${change(lines).join('\n')}\n`);
  return copy;
}

describe('aisecops-replay', () => {
  it('says what happened in the blocks of the record, and when', async () => {
    const { stdout, code } = await replay('--trace-id', 'run-123');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trace_id: run-123\ndecision: block\nevidence: every event is what was written/);
    expect(stdout).toContain('\nprovenance:\n  agent_id: agent-finance-01\n');
    expect(stdout).toContain('\ngovernance_result:\n');
    expect(stdout).toMatch(/\n {2} +\+0 ms +\d+ {2}plan_received/);
    expect(stdout).toMatch(/policy_evaluated +s1 send_email +block recipient_not_allowlisted\n/);
  });

  it.each(['run-123', 'run-124'])(
    'says of %s as JSON what the gateway says from its index',
    async (trace) => {
      const { stdout } = await replay('--trace-id', trace, '--json');
      const { integrity, timeline, plans, ...evidence } = JSON.parse(stdout);
      expect(integrity).toBe('holds');
      expect(evidence).toEqual((await gateway.send(`GET /replay/${trace}/summary`)).body);
      const { body } = await gateway.send(`GET /replay/${trace}`);
      expect(timeline).toEqual(body['timeline']);
      expect(plans).toEqual(body['plans']);
    },
  );

  it.each(['json', 'mermaid', 'dot'])('draws the graph that the gateway draws, as %s', async (format) => {
    const { stdout } = await replay('--trace-id', 'run-124', '--graph', format);
    const { text, body } = await gateway.send(`GET /replay/run-124/graph?format=${format}`);
    if (format !== 'json') expect(stdout).toBe(text);
    else expect(JSON.parse(stdout)).toEqual({ nodes: body['nodes'], edges: body['edges'] });
  });

  it('draws how two traces differ as the gateway does: 12', async () => {
    const diff = ['--trace-id', 'run-123', '--diff', 'run-124', '--graph'];
    for (const format of ['mermaid', 'dot']) {
      const { stdout, code } = await replay(...diff, format);
      const { text } = await gateway.send(`GET /replay/run-123/graph?against=run-124&format=${format}`);
      expect({ stdout, code }).toEqual({ stdout: text, code: 12 });
    }
    const { body } = await gateway.send('GET /replay/run-123/graph?against=run-124');
    const asJson = JSON.parse((await replay(...diff, 'json')).stdout);
    expect(asJson).toEqual({ identical: false, nodes: body['nodes'], edges: body['edges'] });
    const { stdout, code } = await replay(...diff);
    expect(code).toBe(12);
    expect(stdout).toMatch(
      /^run-123 → run-124: \d+ nodes added, \d+ removed, \d+ changed; \d+ edges added, \d+ removed\n/,
    );
    expect(stdout).toMatch(/\n~ outcome:plan-8f42 {2}block: recipient_not_allowlisted → allow: allowed\n/);
    const same = await replay('--trace-id', 'run-123', '--diff', 'run-123', '--graph');
    expect(same).toMatchObject({ code: 0, stdout: 'run-123 → run-123: the same graph\n' });
    const again = await replay('--trace-id', 'run-124', '--diff', '--graph');
    expect(again).toMatchObject({ code: 0, stdout: 'run-124 → decided again: the same graph\n' });
  });

  it('decides the plans again under their own bundle, and finds no difference', async () => {
    const { stdout, code } = await replay('--trace-id', 'run-123', '--diff');
    expect({ stdout, code }).toEqual({ stdout: 'run-123 → decided again: no difference\n', code: 0 });
  });

  it('holds a trace against another one as the gateway does: 12', async () => {
    const { stdout, code } = await replay('--trace-id', 'run-123', '--diff', 'run-124', '--json');
    const { body } = await gateway.send('GET /replay/run-123/diff?against=run-124');
    expect(code).toBe(12);
    expect(JSON.parse(stdout)).toEqual({
      ...{ identical: body['identical'], effect: body['effect'], changes: body['changes'] },
      ...{ patch: body['patch'], document: body['document'] },
      ...{ not_reproducible: body['not_reproducible'], contradictions: body['contradictions'] },
    });
  });

  it('holds a trace against a file of rules, with the capabilities it was decided with: 12', async () => {
    const rules = join(gateway.directory, 'candidate.yaml');
    writeFileSync(rules, 'rules:\n  - { id: all, match: { tool_name: "*" }, action: allow }\n');
    const { stdout, code } = await replay('--trace-id', 'run-123', '--diff', rules);
    expect(code).toBe(12);
    expect(stdout).toMatch(/: loosened, more passes\n/);
    expect(stdout).toContain('because rule all matches now\n');
  });

  it('writes the evidence of a trace, which nobody has signed, and never over a file', async () => {
    const bundle = join(gateway.directory, 'evidence.zip');
    const { stdout, code } = await replay('--trace-id', 'run-124', '--evidence', bundle);
    expect({ stdout, code }).toEqual({ stdout: expect.stringContaining('aisecops verify'), code: 0 });
    const verified = await runTool(['verify', bundle]);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toMatch(/^files +holds.*\nattestation +not shown/);
    expect(verified.stdout).toMatch(/\ninclusion +(holds|not shown): \d+ of \d+ events/);
    expect(verified.stdout).not.toContain('BROKEN');
    const before = readFileSync(bundle);
    const again = await replay('--trace-id', 'run-124', '--evidence', bundle);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(bundle)).toEqual(before);
  });

  it.each<[string, string | Buffer]>([
    ['no zip', 'my diary'],
    ['nothing', ''],
  ])('verify refuses %s: 13, with a message', async (_what, content) => {
    const file = join(gateway.directory, 'no.zip');
    writeFileSync(file, content);
    expect(await runTool(['verify', file])).toMatchObject({
      code: 13,
      stderr: expect.stringContaining('not a zip'),
    });
    expect(await runTool(['verify', file, file])).toMatchObject({ code: 2 });
  });

  it('takes a directory of policies, and names what is wrong with one', async () => {
    const { policyDirectory } = gateway;
    expect(await replay('--trace-id', 'run-123', '--diff', policyDirectory)).toMatchObject({ code: 0 });
    const broken = join(gateway.directory, 'broken.yaml');
    writeFileSync(broken, 'rules:\n  - { id: a, acton: allow }\n');
    expect(await replay('--trace-id', 'run-123', '--diff', broken)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown key `acton` (did you mean `action`?)'),
    });
  });
});

describe('a trace that is not as it was written', () => {
  const at = (lines: string[], type: string) =>
    lines.findIndex(
      (line) => line.includes('"trace_id":"run-123"') && line.includes(`"event_type":"${type}"`),
    );

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed decision',
      (lines) =>
        lines.with(
          at(lines, 'decision_made'),
          (lines[at(lines, 'decision_made')] ?? '').replace('"decision":"block"', '"decision":"allow"'),
        ),
      /BROKEN at event \d+ \(line \d+\): hash_mismatch/,
    ],
    [
      'a missing event',
      (lines) => lines.toSpliced(at(lines, 'policy_evaluated'), 1),
      /BROKEN at event \d+ .*: trace_sequence_broken/,
    ],
    [
      'two events in the other order',
      (lines) => {
        const first = at(lines, 'identity_checked');
        return lines.toSpliced(first, 2, lines[first + 1] ?? '', lines[first] ?? '');
      },
      /BROKEN at event \d+ .*: trace_sequence_broken/,
    ],
  ])('%s: 13, and it is named', async (_what, change, message) => {
    const copy = changedLog(change);
    const ended = await runTool(
      ['--audit-file', copy, '--trace-id', 'run-123'],
      undefined,
      'aisecops-replay',
    );
    expect(ended.code).toBe(13);
    expect(ended.stdout).toMatch(message);
  });

  const lastOf = (lines: string[]) => lines.findLastIndex((line) => line.includes('"trace_id":"run-123"'));
  const edit =
    (from: string | RegExp, to: string, at = lastOf) =>
    (lines: string[]) =>
      lines.with(at(lines), (lines[at(lines)] ?? '').replace(from, to));
  const decision = (lines: string[]) => at(lines, 'decision_made');

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a last event that is no JSON',
      edit('{', '('),
      /BROKEN at line \d+: not_json: .*it may be, or have been, an event/,
    ],
    ['a last event of another trace', edit('"run-123"', '"run-129"'), /BROKEN at line \d+: hash_mismatch/],
    [
      'a decision without its hash',
      (lines) =>
        edit(
          '"decision":"block"',
          '"decision":"allow"',
          decision,
        )(edit(/"hash":"[^"]*",/, '', decision)(lines)),
      /BROKEN at line \d+: not_an_event: hash is missing/,
    ],
    [
      'no hashes at all but one',
      (lines) => lines.map((line, index) => (index === 0 ? line : line.replace(/"hash":"[^"]*",/, ''))),
      /BROKEN at line 2: not_an_event/,
    ],
    ['a line of nobody', (lines) => lines.toSpliced(3, 0, 'hello'), /BROKEN at line 4: not_json/],
    ['an end within a line', (lines) => lines.with(-1, '{"agent'), /BROKEN at line \d+: not_json/],
  ])('%s: 13, it is named, and no evidence is written', async (_what, change, message) => {
    const copy = changedLog(change);
    const args = ['--audit-file', copy, '--trace-id', 'run-123'];
    const ended = await runTool(args, undefined, 'aisecops-replay');
    expect(ended.code).toBe(13);
    expect(ended.stdout).toMatch(message);
    const bundle = `${copy}.zip`;
    const exported = await runTool([...args, '--evidence', bundle], undefined, 'aisecops-replay');
    expect(exported).toMatchObject({ code: 13, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(bundle)).toBe(false);
  });

  it('is told of where it is only the other side of a difference: 13, whichever side', async () => {
    const copy = changedLog(edit('"decision":"block"', '"decision":"allow"', decision));
    for (const [trace, other] of [
      ['run-123', 'run-124'],
      ['run-124', 'run-123'],
    ] as const) {
      const args = ['--audit-file', copy, '--trace-id', trace, '--diff', other];
      const { code, stderr } = await runTool(args, undefined, 'aisecops-replay');
      expect({ code, stderr }).toEqual({
        code: 13,
        stderr: expect.stringMatching(/trace run-123: BROKEN at event/),
      });
    }
  });

  it('may have been in a log that is damaged: 13, and not only that it is not there', async () => {
    const copy = changedLog((lines) => lines.toSpliced(3, 0, 'hello'));
    const ended = await runTool(['--audit-file', copy, '--trace-id', 'run-9'], undefined, 'aisecops-replay');
    expect(ended).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/no event of trace run-9.*line 4 is damaged/),
    });
  });

  it('is replayed where it never had hashes, and said to be unsigned', async () => {
    const copy = changedLog(() => [
      'this is no JSON, but names "run-9"',
      '{"event_type":"plan_received","trace_id":"run-9","timestamp":"2026-01-01T00:00:00Z","agent_id":"a\\u001b[2J"}',
      '[1, "run-9"]',
      '{"event_type":"decision_made","trace_id":"run-9","timestamp":"2026-01-01T00:00:01Z","decision":"block"}',
      '"run-9"',
    ]);
    const { stdout, code } = await runTool(
      ['--audit-file', copy, '--trace-id', 'run-9'],
      undefined,
      'aisecops-replay',
    );
    expect(code).toBe(14);
    expect(stdout).toMatch(/evidence: unsigned: .*; 3 lines are no events, the first is line 1\n/);
    expect(stdout).toMatch(/\+1000 ms .*decision_made +block/);
    expect(stdout).not.toContain('\u001b');
  });

  it.each<[string, string, RegExp]>([
    [
      'an older schema',
      '{"schema_version":"0.9","event_type":"decision_made","trace_id":"run-9"}',
      /schema_version 0\.9/,
    ],
    [
      'members of other kinds',
      '{"event_type":"decision_made","trace_id":"run-9","decision":{"a":1},"timestamp":7}',
      /no decision/,
    ],
  ])('is replayed from %s with what it says, and nothing else: 14', async (_what, line, said) => {
    const args = ['--audit-file', changedLog(() => [line]), '--trace-id', 'run-9'];
    const { stdout, code } = await runTool(args, undefined, 'aisecops-replay');
    expect(code).toBe(14);
    expect(stdout).toMatch(said);
    expect(stdout).toContain('\nevents: 1\n');
    expect(stdout).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('what cannot be replayed', () => {
  it.each<[string, string[], number, RegExp]>([
    ['no trace', [], 2, /--trace-id ID is needed/],
    ['an unknown trace', ['--trace-id', 'run-none'], 1, /no event of trace run-none is among the \d+ lines/],
    [
      'an unknown other',
      ['--trace-id', 'run-123', '--diff', 'run-none'],
      1,
      /no such policy file, bundle or trace/,
    ],
    [
      'no format',
      ['--trace-id', 'run-123', '--graph'],
      2,
      /--graph: there are mermaid, dot, json, and text with --diff/,
    ],
    [
      'an unknown format',
      ['--trace-id', 'run-123', '--graph', 'png'],
      2,
      /--graph png: there are mermaid, dot, json/,
    ],
    ['an unknown option', ['--trace', 'run-123'], 2, /--trace/],
    ...[['--diff'], ['--graph', 'mermaid'], ['--json']].map((other): [string, string[], number, RegExp] => [
      `evidence and ${other[0]}`,
      ['--trace-id', 'run-123', '--evidence', 'x.zip', ...other],
      2,
      new RegExp(`--evidence and ${other[0]} do not go together`),
    ]),
    [
      'a drawing as JSON',
      ['--trace-id', 'run-123', '--graph', 'mermaid', '--json'],
      2,
      /--graph mermaid and --json do not go together/,
    ],
  ])('%s: a message, and no stack', async (_what, args, code, message) => {
    const ended = await replay(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });

  it.each<[string, string | Buffer, number, RegExp]>([
    ['an empty file', '', 1, /among the 0 lines/],
    ['a line of 20 MB', Buffer.alloc(20_000_000, 'x'), 13, /longer than 16 MiB/],
    ['a line of 10 MB', Buffer.alloc(10_000_000, 'x'), 1, /1 of them are no events, the first is line 1$/m],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a]), 1, /among the 1 lines.*line 1$/m],
  ])('%s', async (_what, content, code, message) => {
    const directory = join(gateway.directory, `odd-${Math.random().toString(36).slice(2)}`);
    mkdirSync(directory);
    const odd = join(directory, 'events.jsonl');
    writeFileSync(odd, content);
    const ended = await runTool(['--audit-file', odd, '--trace-id', 'run-1'], undefined, 'aisecops-replay');
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });

  it('a log that is not there: 1', async () => {
    const ended = await runTool(
      ['--audit-file', '/nowhere/events.jsonl', '--trace-id', 'x'],
      undefined,
      'aisecops-replay',
    );
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/nowhere/events.jsonl: there is no such file'),
    });
  });

  it('a plan whose bundle is not kept: 14, and it is named', async () => {
    const copy = changedLog((lines) => lines);
    const ended = await runTool(
      ['--audit-file', copy, '--trace-id', 'run-124', '--diff'],
      undefined,
      'aisecops-replay',
    );
    expect(ended).toMatchObject({
      code: 14,
      stderr: expect.stringContaining('plan-2 cannot be decided again: bundle_missing'),
    });
  });
});
