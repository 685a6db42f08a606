import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, startProcess } from '../process/gateway-process.ts';
import { eventsOf, faultOf, type LogEvent } from '../process/naive-log.ts';
import { reading } from '../process/plans.ts';
import { until } from '../process/until.ts';

const CALLERS = 8;
/** Between two plans of a caller: the log of two minutes of them has to fit into one string. */
const CALL_EVERY_MS = 15;
const FLIPS = 17;
const FLIP_EVERY_MS = 300;
const WATCHED_FLIPS = 5;

type Answer = { version: string; decision: string; reason: string };
/** What a version decides of the plan that the callers send. */
type Expected = Map<string, { decision: string; reason: string }>;

/** Texts of policies.yaml that allow or block the reading of contracts in turn, no two of them the same. */
function flippedText(good: string, turn: number): string {
  const withoutTests = good.slice(0, good.indexOf('\ntests:'));
  if (turn % 2 === 0) return `${withoutTests}\n# turn ${turn}\n`.replace('gt: 10000', `gt: ${10000 + turn}`);
  const rule = `  - { id: turn.block, match: { tool_name: read_contract }, action: block, reason: turn_${turn} }`;
  return `${withoutTests}\n${rule}\n`;
}

/** The version a text gives, asked of the gateway without activating it. */
async function versionOf(gateway: GatewayProcess, text: string): Promise<string> {
  const { body } = await gateway.send('POST /policies/validate', {
    body: { files: { 'policies.yaml': text } },
  });
  expect(body).toMatchObject({ valid: true });
  return String(body['version']);
}

async function expectedOf(gateway: GatewayProcess, texts: string[]): Promise<Expected> {
  const expected: Expected = new Map();
  for (const [turn, text] of texts.entries()) {
    const blocked = { decision: 'block', reason: `turn_${turn}` };
    const allowed = { decision: 'allow', reason: 'allowed' };
    expected.set(await versionOf(gateway, text), turn % 2 === 0 ? allowed : blocked);
  }
  expect(expected.size).toBe(texts.length);
  return expected;
}

/** Callers that send until told to stop. Resolves with every answer; one that is not a 200 rejects. */
function startLoad(gateway: GatewayProcess): { stop(): Promise<Answer[]> } {
  const answers: Answer[] = [];
  let isOver = false;
  const caller = async () => {
    while (!isOver) {
      const { status, text, body } = await gateway.send('POST /evaluate', { body: reading(0) });
      if (status !== 200) throw new Error(`${status} ${text}`);
      const { version } = body['bundle'] as { version: string };
      answers.push({ version, decision: String(body['decision']), reason: String(body['reason']) });
      await pause(CALL_EVERY_MS);
    }
  };
  const all = Promise.all(Array.from({ length: CALLERS }, caller));
  const stop = async () => {
    isOver = true;
    await all;
    return answers;
  };
  return { stop };
}

async function activeVersion(gateway: GatewayProcess): Promise<string> {
  const { body } = await gateway.send('GET /policies');
  return String((body['policies'] as { version: string }[])[0]?.version);
}

/** True once a good version is active, or the files are known to be broken. */
async function isNoticed(gateway: GatewayProcess, version: string | undefined): Promise<boolean> {
  const { body } = await gateway.send('GET /policies');
  const [active] = body['policies'] as { version: string }[];
  return version === undefined ? 'stale' in body : active?.version === version;
}

/** The pace of the flips and of the callers. Nothing is waited for by it. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function failedReloads(gateway: GatewayProcess): Promise<number> {
  const { text } = await gateway.send('GET /metrics');
  return Number(/^aisecops_policy_reload_total\{result="failure"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Every decision names a bundle that was recorded as active before it. */
function expectActivatedBefore(events: LogEvent[]): void {
  const activated = new Set<unknown>();
  for (const { event_type, payload, policy_bundle } of events) {
    if (event_type === 'policy_activated') activated.add(payload['version']);
    if (event_type === 'decision_made') expect(activated).toContain(policy_bundle);
  }
}

describe('policies that change under load', () => {
  it('fail no request; every decision is the one of the bundle it names', { timeout: 60_000 }, async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    const gateway = await startProcess(directory);
    const good = readFileSync(file, 'utf8');
    const texts = Array.from({ length: FLIPS + WATCHED_FLIPS }, (_, turn) => flippedText(good, turn));
    const expected = await expectedOf(gateway, texts);
    const versions = [...expected.keys()];
    expected.set(await activeVersion(gateway), { decision: 'allow', reason: 'allowed' });
    const load = startLoad(gateway);

    for (const [turn, text] of texts.slice(0, FLIPS).entries()) {
      const isBroken = turn % 4 === 3;
      writeFileSync(file, isBroken ? `${text}\n  - id: [broken` : text);
      gateway.signal('SIGHUP');
      await Promise.all([
        pause(FLIP_EVERY_MS),
        until('the flip', () => isNoticed(gateway, isBroken ? undefined : versions[turn])),
      ]);
    }
    for (const [index, text] of texts.slice(FLIPS).entries()) {
      writeFileSync(file, text);
      const version = versions[FLIPS + index];
      await until('the watched bundle', () => isNoticed(gateway, version));
    }

    const answers = await load.stop();
    const wrong = answers.filter(
      ({ version, ...decided }) => JSON.stringify(expected.get(version)) !== JSON.stringify(decided),
    );
    expect(wrong).toEqual([]);
    expect(answers.length).toBeGreaterThan(500);
    expect(new Set(answers.map(({ version }) => version)).size).toBeGreaterThan(FLIPS / 2);
    expect(await failedReloads(gateway)).toBeGreaterThanOrEqual(4);
    await gateway.stop();
    expectActivatedBefore(eventsOf(directory));
    expect(faultOf(directory)).toBeUndefined();
  });

  it('fail no request in 100 reloads of a set that a thread reads', { timeout: 180_000 }, async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    const gateway = await startProcess(directory);
    const ballast = Array.from(
      { length: 1_000 },
      (_, index) => `  - { id: more.${index}, match: { tool_name: no_tool_${index} }, action: block }\n`,
    ).join('');
    expect(ballast.length).toBeGreaterThan(65_536);
    const load = startLoad(gateway);
    for (let turn = 0; turn < 100; turn += 1) {
      const rule = `  - { id: turn, match: { tool_name: read_contract }, action: block, reason: turn_${turn} }\n`;
      writeFileSync(file, `bundle: production\nrules:\n${rule}${ballast}`);
      gateway.signal('SIGHUP');
      await until('the reload', async () => {
        const { body } = await gateway.send('POST /evaluate', { body: reading(turn) });
        return body['reason'] === `turn_${turn}`;
      });
    }
    const answers = await load.stop();
    const reasonOf = new Map<string, Set<string>>();
    for (const { version, reason } of answers)
      reasonOf.set(version, (reasonOf.get(version) ?? new Set()).add(reason));
    expect([...reasonOf.values()].filter((reasons) => reasons.size !== 1)).toEqual([]);
    expect(answers.length).toBeGreaterThan(500);
    expect(await failedReloads(gateway)).toBe(0);
    await gateway.stop();
    const events = eventsOf(directory);
    expectActivatedBefore(events);
    expect(events.filter(({ event_type }) => event_type === 'policy_activated')).toHaveLength(101);
    expect(faultOf(directory)).toBeUndefined();
  });

  it('that are broken leave the last good ones in force, and say where and why', async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    const good = readFileSync(file, 'utf8');
    const gateway = await startProcess(directory);
    const version = await activeVersion(gateway);
    const broken = good.replace('action: allow', 'action: alow');
    const line = broken.slice(0, broken.indexOf('alow')).split('\n').length;
    writeFileSync(file, broken);

    const place = new RegExp(`policies\\.yaml:${line}:\\d+: must be one of .* \\(did you mean allow\\?\\)`);
    await until('the failed check', async () => {
      const { status, body } = await gateway.send('GET /readyz');
      expect(status).toBe(200);
      const checks = body['checks'] as { name: string; ok: boolean; detail?: string }[];
      return checks.some(({ name, ok, detail }) => name === 'policies' && !ok && place.test(detail ?? ''));
    });
    const { body } = await gateway.send('POST /evaluate', { body: reading() });
    expect(body).toMatchObject({ decision: 'allow', bundle: { version } });
    expect(await failedReloads(gateway)).toBe(1);
    expect(gateway.stdout()).toMatch(place);

    writeFileSync(file, good);
    await until('the good files', async () => {
      const { body: health } = await gateway.send('GET /health');
      return health['status'] === 'ok';
    });
    await gateway.stop();
    const failures = eventsOf(directory).filter((event) => event.event_type === 'policy_load_failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.payload).toMatchObject({
      active: { version },
      problems: [{ file: 'policies.yaml', line, pointer: expect.stringMatching(/^\/rules\/\d+\/action$/) }],
    });
  });

  it.each([
    ['a directory', (file: string) => mkdirSync(file)],
    ['a link to itself', (file: string) => symlinkSync(file, file)],
    ['a link to nothing', (file: string) => symlinkSync(`${file}.gone`, file)],
  ])('that cannot be read, such as %s, show as a failed check', async (_what, put) => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'trust.yaml');
    const gateway = await startProcess(directory);
    rmSync(file);
    put(file);
    await until('the failed reload', async () => (await failedReloads(gateway)) > 0);
    const { body } = await gateway.send('GET /readyz');
    expect(body['checks']).toContainEqual(expect.objectContaining({ name: 'policies', ok: false }));
  });
});
