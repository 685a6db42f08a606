import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runTool } from './run-tool.ts';

const directory = mkdtempSync(join(tmpdir(), 'policy-diff-'));
afterAll(() => rmSync(directory, { recursive: true }));

const diff = (...args: string[]) => runTool(['policy', 'diff', ...args]);

const FILES = {
  'policies.yaml': {
    rules: [
      { id: 'g', match: { tool_name: '*' }, action: 'allow' },
      { id: 'b', match: { provenance: { lowest_trust: { at_most: 'external' } } }, action: 'block' },
    ],
  },
  'capabilities.yaml': {
    capabilities: { cap_all: { tools: ['free', 'pay'] }, cap_admin: { tools: ['wipe'] } },
  },
  'agents.yaml': {
    agents: [
      { agent_id: 'a1', tenant_id: 't1', capabilities: ['cap_all'], budgets: ['daily'], groups: ['g1'] },
    ],
  },
  'budgets.yaml': {
    budgets: [{ id: 'daily', metric: 'usd', limit: 10, window: 'day', per: 'agent' }],
  },
  'trust.yaml': {
    sources: [{ source_type: 'skill', source_name: 'known', trust_level: 'internal' }],
    defaults: {},
  },
};

/** A policy directory of these files; JSON is YAML, too. */
function files(changed: Record<string, object> = {}): string {
  const path = mkdtempSync(join(directory, 'policies-'));
  for (const [name, content] of Object.entries({ ...FILES, ...changed }))
    writeFileSync(join(path, name), JSON.stringify(content));
  return path;
}

const KEY = 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const [agent] = FILES['agents.yaml'].agents;
const [budget] = FILES['budgets.yaml'].budgets;
const [source] = FILES['trust.yaml'].sources;
const agents = (more: object) => ({ 'agents.yaml': { agents: [{ ...agent, ...more }] } });
const budgets = (more: object) => ({ 'budgets.yaml': { budgets: [{ ...budget, ...more }] } });
const trust = (sources: object[], defaults: object = {}) => ({ 'trust.yaml': { sources, defaults } });

describe('a diff of two directories', () => {
  it.each<[string, Record<string, object>, string]>([
    [
      'a capability',
      agents({ capabilities: ['cap_all', 'cap_admin'] }),
      'agents.yaml /agents/0/capabilities',
    ],
    ['a budget that is gone', agents({ budgets: [] }), 'agents.yaml /agents/0/budgets'],
    ['a higher limit', budgets({ limit: 100 }), 'budgets.yaml /budgets/0/limit'],
    [
      'approval instead of a block',
      budgets({ on_exceed: 'require_approval' }),
      'budgets.yaml /budgets/0/on_exceed',
    ],
    [
      'a source that is trusted',
      trust([source ?? {}, { source_type: 'skill', source_name: 'evil', trust_level: 'trusted' }]),
      'trust.yaml /sources/1',
    ],
    [
      'a default',
      trust([source ?? {}], { retrieval_chunk: 'trusted' }),
      'trust.yaml /defaults/retrieval_chunk',
    ],
    [
      'an agent that is active',
      { 'agents.yaml': { agents: [agent, { ...agent, agent_id: 'a2' }] } },
      'agents.yaml /agents/1',
    ],
  ])('shows a loosening beside the rules by a plan: %s', async (_, after, place) => {
    const [a, b] = [files(), files(after)];
    const { code, stdout } = await diff(a, b, '--fail-on', 'loosened');
    expect(stdout).toContain(`by ${place}\n`);
    expect(stdout).toContain('nothing in rules and capabilities\n');
    expect(code).toBe(12);
    const back = await diff(b, a, '--fail-on', 'tightened');
    expect(back.code).toBe(12);
  });

  it('names a suspended agent, and what it can no longer do', async () => {
    const { code, stdout } = await diff(
      files(),
      files(agents({ status: 'suspended' })),
      '--fail-on',
      'tightened',
    );
    expect(stdout).toContain('agent a1 of tenant t1: active → suspended (tightened)');
    expect(code).toBe(12);
    expect((await diff(files(), files(agents({ status: 'suspended' })), '--fail-on', 'loosened')).code).toBe(
      0,
    );
  });

  it('is not sure of a group that nothing shows: 14, unless that is allowed', async () => {
    const [a, b] = [files(), files(agents({ groups: ['g1', 'vip'] }))];
    const { code, stdout } = await diff(a, b, '--fail-on', 'loosened');
    expect(stdout).toMatch(
      /What may loosen decisions.*\n {2}may loosen: agent a1 of tenant t1: groups \+vip/,
    );
    expect(code).toBe(14);
    expect((await diff(a, b, '--fail-on', 'loosened', '--allow-unknown')).code).toBe(0);
    expect((await diff(a, b, '--fail-on', 'changed', '--allow-unknown')).code).toBe(12);
  });

  const signed = { source_type: 'skill', source_name: 'evil', trust_level: 'trusted', public_key: KEY };
  it.each<[string, Record<string, object>, Record<string, object>]>([
    ['a source that is believed by its key', {}, trust([source ?? {}, signed])],
    [
      'a source that is believed by its key, in place of one that is worth nothing',
      trust([{ ...signed, status: 'revoked' }]),
      trust([{ ...signed, tenant_id: 't1' }]),
    ],
    ['a source that no longer needs its key', trust([signed]), trust([])],
  ])('does not pass over %s', async (_, before, after) => {
    const [a, b] = [files(before), files(after)];
    for (const effect of ['loosened', 'tightened'])
      expect([12, 14]).toContain((await diff(a, b, '--fail-on', effect)).code);
  });

  it('is sure of a source that is worth nothing', async () => {
    const after = files(trust([source ?? {}, { ...signed, status: 'revoked' }]));
    expect((await diff(files(), after, '--fail-on', 'loosened')).code).toBe(0);
  });

  it('is not sure of a capability that comes to stand before another', async () => {
    const [a, b] = [files(), files(agents({ capabilities: ['cap_admin', 'cap_all'] }))];
    expect((await diff(a, b, '--fail-on', 'tightened')).code).toBe(14);
    const last = files(agents({ capabilities: ['cap_all', 'cap_admin'] }));
    expect((await diff(a, last, '--fail-on', 'tightened')).code).toBe(0);
  });

  it('is not sure of a file that names its bundle otherwise', async () => {
    const file = (bundle: string) => {
      const path = files({ 'policies.yaml': { ...FILES['policies.yaml'], bundle } });
      return join(path, 'policies.yaml');
    };
    expect((await diff(file('a'), file('b'), '--fail-on', 'loosened')).code).toBe(14);
    expect((await diff(file('a'), file('a'), '--fail-on', 'loosened')).code).toBe(0);
  });

  it('is not sure of a bundle of another name where agents are bound to one', async () => {
    const named = (bundle: string) => ({
      ...{ ...agents({ policy_bundle: 'b' }), 'policies.yaml': { ...FILES['policies.yaml'], bundle } },
    });
    const { code, stdout } = await diff(files(named('a')), files(named('b')), '--fail-on', 'loosened');
    expect(stdout).toContain('may loosen: the bundle was a and is b');
    expect(code).toBe(14);
  });

  it('says that it is the same version only where every file is the same', async () => {
    const a = files();
    const same = join(directory, 'same');
    cpSync(a, same, { recursive: true });
    expect((await diff(a, same, '--fail-on', 'changed')).stdout).toContain('nothing: it is the same version');
    const described = files(agents({ description: 'words' }));
    const { stdout, code } = await diff(a, described, '--fail-on', 'loosened');
    expect(stdout).not.toContain('same version');
    expect(stdout).toContain('(decides nothing)');
    expect(code).toBe(0);
  });

  it('is not sure of what only one side has', async () => {
    const path = join(directory, 'alone');
    mkdirSync(path);
    for (const name of ['policies.yaml', 'capabilities.yaml'] as const)
      writeFileSync(join(path, name), JSON.stringify(FILES[name]));
    const { code, stdout } = await diff(join(path, 'policies.yaml'), files(), '--fail-on', 'loosened');
    expect(stdout).toContain('may loosen: agents.yaml is compared with nothing');
    expect(code).toBe(14);
  });
});

describe('a diff as a gate', () => {
  const rules = (more: object[]) => ({
    'policies.yaml': { rules: [...FILES['policies.yaml'].rules, ...more] },
  });
  const limit = { id: 'limit', match: { tool_name: 'pay' }, when: 'args.a + args.b > 4', action: 'block' };
  const hidden = { ...limit, when: 'args.note.size() == 31 && args.note.endsWith("z")' };

  const ofTenant = 'agent.tenant_id == "t9"';
  const split = { ...limit, when: `${ofTenant} || step.step_id.startsWith("evil")` };
  const asks = { ...limit, when: ofTenant, action: 'require_approval' };
  const half = ['loosened', '--accept', 'block->require_approval'];

  it.each<[string, object[], object[], string[], number]>([
    ['a block by expression that a plan meets', [limit], [], ['loosened'], 12],
    [
      'one that no plan meets',
      [hidden],
      [{ ...hidden, when: 'args.note.size() == 32 && args.note.endsWith("z")' }],
      ['loosened'],
      14,
    ],
    [
      'the same, allowed',
      [hidden],
      [{ ...hidden, when: 'args.note.size() == 32 && args.note.endsWith("z")' }],
      ['loosened', '--allow-unknown'],
      0,
    ],
    ['other words', [limit], [{ ...limit, message: 'No.' }], ['loosened'], 0],
    ['other words, as a change', [limit], [{ ...limit, message: 'No.' }], ['changed'], 12],
    [
      'an obligation',
      [],
      [{ id: 'o', match: { tool_name: 'pay' }, action: 'allow', obligations: [{ redact: '/x' }] }],
      ['loosened'],
      0,
    ],
    [
      'an obligation less',
      [{ id: 'o', match: { tool_name: 'pay' }, action: 'allow', obligations: [{ redact: '/x' }] }],
      [],
      ['loosened'],
      12,
    ],
    [
      'the same, accepted',
      [{ id: 'o', match: { tool_name: 'pay' }, action: 'allow', obligations: [{ redact: '/x' }] }],
      [],
      ['loosened', '--accept', 'allow->allow'],
      0,
    ],
    ['a block that asks now, and is gone elsewhere', [split], [asks], ['loosened'], 12],
    ['the same, half of it accepted', [split], [asks], [...half], 14],
    ['the same, half of it accepted and the rest allowed', [split], [asks], [...half, '--allow-unknown'], 0],
    ['the same, all of it accepted', [split], [asks], [...half, '--accept', 'block->allow'], 0],
    ['an approval gone, accepted', [asks], [], ['loosened', '--accept', 'require_approval->allow'], 0],
    ['a trial', [], [{ ...limit, mode: 'shadow' }], ['loosened'], 0],
    ['a block more', [], [limit], ['loosened'], 0],
  ])('%s: %j → %j, --fail-on %j: %i', async (_, before, after, args, code) => {
    const found = await diff(files(rules(before)), files(rules(after)), '--fail-on', ...args);
    expect(found.code).toBe(code);
    const isNamed = found.stdout.includes('What may loosen') || found.stderr.includes('it may do more');
    expect(isNamed).toBe(code === 14 || (args.includes('--allow-unknown') && !args.includes('--accept')));
  });
});
