import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import { compileBundleContent } from '../../src/policy/compile.ts';
import { compileQuery } from '../../src/policy/history.ts';
import type { QueryContent } from '../../src/policy/history-schema.ts';
import { recallLog } from '../../src/recall/recall-log.ts';
import { type StartedGateway, startGateway } from '../http/start-gateway.ts';

const FINANCE = { agent_id: 'agent-finance-01', tenant_id: 'acme-corp' };
const USER = [{ source_type: 'user_prompt', source_name: 'chat', trust_level: 'trusted' }];
const SKILL = [{ source_type: 'skill', source_name: 'untrusted_openclaw_skill', trust_level: 'unverified' }];

/** One question of each kind; the rules that ask them decide nothing. */
const QUESTIONS: Omit<QueryContent, 'decision'>[] = [
  { within: 'agent', window: '1h', tool_name: ['make_payment'] },
  { within: 'agent', window: '1h', tool_name: ['make_payment'], same: ['/payee'] },
  { within: 'session', window: '30d', tool_name: ['make_payment'], new: ['/payee'] },
  { within: 'tenant', window: '1d', sensitivity_level: ['high', 'critical'] },
  { within: 'trace', window: '30d', lowest_trust: ['external', 'unverified'] },
  { within: 'agent', window: '1d', capability: ['cap_contract_review'] },
];
const DECISIONS = [['allow'], ['block', 'require_approval']] as const;
const CONTENTS = QUESTIONS.flatMap((question) =>
  DECISIONS.map((decision) => ({ ...question, decision: [...decision] })),
);
const ASKING = CONTENTS.map((history, index) => ({
  id: `ask${index}`,
  history: [history],
  action: 'block',
  mode: 'shadow',
}));
const BLOCK_LARGE = {
  id: 'large',
  match: { tool_name: 'make_payment' },
  args: { amount: { gt: 100 } },
  action: 'block',
};

const pay = (payee: unknown, amount = 1) => ({
  tool_name: 'make_payment',
  arguments: { payee, amount, currency: 'USD' },
});
const READ = { step_id: 'r', tool_name: 'read_contract', arguments: { contract_id: 'C-7' } };
const PLANS: object[] = [
  { steps: [pay('A')] },
  {
    steps: [pay('B'), { ...pay('A'), depends_on: ['s1'] }].map((step, index) => ({
      ...step,
      step_id: `s${index + 1}`,
    })),
  },
  { steps: [pay('A', 500)] },
  { steps: [READ, { ...pay({ $from: 'r', path: '/payee' }), step_id: 'p' }] },
  { steps: [READ], provenance: SKILL },
  { steps: [{ ...READ, sensitivity_level: 'critical' }] },
  { steps: [pay('C')], mode: 'dry_run' },
  { steps: [pay('C')], agent: { agent_id: 'nobody', tenant_id: 'acme-corp' } },
  // Its payload does not fit into a line.
  { steps: [pay(`D${'x'.repeat(70_000)}`)] },
];

let gateway: StartedGateway;
/** The figures that the gateway itself saw last, by question. */
let seen: Record<string, unknown>;
let factsAt: number;

async function evaluate(plan: object): Promise<Record<string, unknown>> {
  const body = { agent: FINANCE, provenance: USER, session_id: 'se-1', trace_id: 'tr-1', ...plan };
  const reply = await gateway.send('POST /evaluate', { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

async function look(): Promise<void> {
  await evaluate({ steps: [pay('A')], mode: 'dry_run' });
  const { body } = await gateway.send('GET /audit?trace_id=tr-1&event_type=plan_received&limit=500');
  const events = body['events'] as {
    sequence: number;
    payload: { facts: { now: string; history: object } };
  }[];
  const newest = events.toSorted((a, b) => b.sequence - a.sequence)[0];
  seen = Object.assign({}, ...Object.values(newest?.payload.facts.history ?? {}));
  factsAt = Date.parse(newest?.payload.facts.now ?? '');
}

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (directory) => {
      const rules = [{ id: 'allow', action: 'allow' }, BLOCK_LARGE, ...ASKING];
      writeFileSync(join(directory, 'policies.yaml'), JSON.stringify({ bundle: 'production', rules }));
    },
  });
  for (const plan of [...PLANS, ...PLANS]) await evaluate(plan);
  await look();
});
afterAll(() => gateway.stop());

const queries = CONTENTS.map(compileQuery);

async function recalled({ withBundles = true, auditFile = gateway.gateway.config.audit_file } = {}) {
  const all = queries.flatMap((query) =>
    query.seenBefore === undefined ? [query] : [query, query.seenBefore],
  );
  const { ledger } = await recallLog(auditFile, {
    queries: [...new Map(all.map((query) => [query.key, query])).values()],
    to: Number.POSITIVE_INFINITY,
    nowMs: factsAt,
    limit: 1_000_000,
    bundleOf: async (version) => {
      const kept = withBundles ? await gateway.gateway.bundles.kept.get(version) : undefined;
      return kept && compileBundleContent(kept.content as JsonObject).bundle;
    },
  });
  const subject = { ...FINANCE, session_id: 'se-1', trace_id: 'tr-1' };
  const step = { ...pay('A'), unknown_pointers: [] } as Parameters<typeof ledger.factOf>[2];
  return Object.fromEntries(all.map((query) => [query.key, ledger.factOf(query, subject, step, factsAt)]));
}

/** The same answers, or wider ones: what is known less well is never known otherwise. */
function isWithin(narrow: unknown, wide: unknown): boolean {
  if (wide === null) return true;
  const [from = 0, to = 0] = [wide].flat() as number[];
  const [least = 0, most = least] = [narrow].flat() as number[];
  return from <= least && most <= ([wide].flat().length === 1 ? from : to);
}

describe('what the log says of the past', () => {
  it('is what was counted while it was decided', async () => {
    expect(Object.keys(seen).length).toBeGreaterThanOrEqual(CONTENTS.length);
    const answers = await recalled();
    expect(answers).toEqual(seen);
    // Nothing of this could be true by chance.
    expect(new Set(Object.values(answers).map((answer) => JSON.stringify(answer))).size).toBeGreaterThan(4);
  });

  it('is less sure, and not otherwise, where the bundles of that time are gone', async () => {
    const answers = await recalled({ withBundles: false });
    expect(answers).not.toEqual(seen);
    for (const [key, answer] of Object.entries(answers)) expect(isWithin(seen[key], answer), key).toBe(true);
  });

  it('is less sure, and not otherwise, where a secret was taken out', async () => {
    const before = await recalled();
    await evaluate({ steps: [pay('AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')] });
    await look();
    const answers = await recalled();
    expect(answers).not.toEqual(before);
    for (const [key, answer] of Object.entries(answers)) expect(isWithin(seen[key], answer), key).toBe(true);
  });

  it.each([
    ['a line that cannot be read', (line: string) => `{broken${line.slice(1)}`],
    ['a line that is no event', () => '{}'],
    [
      'a plan of a later version',
      (line: string) => line.replace(/"schema_version":"[^"]*"/, '"schema_version":"9.0"'),
    ],
    ['a plan without facts', (line: string) => line.replace('"facts":{', '"fakts":{')],
    ['a plan that was changed', elsewhere],
    ['one that was given the hash of what it says now', (line: string) => resealed(line, elsewhere)],
  ])('is not known before %s', async (_what, change) => {
    expect(await recalled({ auditFile: copyOfLog((lines) => lines) })).toEqual(await recalled());
    const auditFile = copyOfLog((lines) => {
      const at = lines.findLastIndex((line) => isEnforced(lines, line));
      const changed = change(lines[at] ?? '');
      expect(changed).not.toBe(lines[at]);
      return lines.with(at, changed);
    });
    const answers = await recalled({ auditFile });
    expect(Object.values(answers).filter((answer) => answer !== null)).toEqual([]);
  });

  it('is not known from before the beginning of a log that was cut off', async () => {
    const auditFile = copyOfLog((lines) => lines.slice(3));
    const answers = await recalled({ auditFile });
    expect(Object.values(answers).filter((answer) => answer !== null)).toEqual([]);
  });
});

const elsewhere = (text: string): string => text.replaceAll('make_payment', 'read_payment');

function resealed(line: string, change: (text: string) => string): string {
  const hash = /"hash":"(sha256:[0-9a-f]{64})",/.exec(line);
  const bare = change(line.replace(hash?.[0] ?? '', ''));
  const made = createHash('sha256').update(bare).digest('hex');
  return change(line).replace(hash?.[1] ?? '', `sha256:${made}`);
}

/** A plan that every question may be about: it paid, and it was allowed. */
function isEnforced(lines: readonly string[], line: string): boolean {
  if (!line.includes('"event_type":"plan_received"') || !line.includes('"mode":"enforce"')) return false;
  const made =
    lines.slice(lines.indexOf(line)).find((each) => each.includes('"event_type":"decision_made"')) ?? '';
  return line.includes('make_payment') && made.includes('"decision":"allow"');
}

function copyOfLog(change: (lines: string[]) => string[]): string {
  const { audit_file } = gateway.gateway.config;
  const auditFile = join(dirname(audit_file), '..', `copy-${performance.now()}`, 'events.jsonl');
  mkdirSync(dirname(auditFile), { recursive: true });
  cpSync(join(dirname(audit_file), 'blobs'), join(dirname(auditFile), 'blobs'), { recursive: true });
  const lines = readFileSync(audit_file, 'utf8').split('\n');
  writeFileSync(auditFile, change(lines).join('\n'));
  return auditFile;
}
