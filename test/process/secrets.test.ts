import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, gatewayDirectory, startProcess } from './gateway-process.ts';
import { faultOf } from './naive-log.ts';
import { incident, payment, reading } from './plans.ts';

/** Letters and digits without meaning, so that no secret stands in this file; every secret has its own. */
function digits(length: number, seed: number): string {
  const alphabet = 'aB3dE6gH9kL2nP5rS8uV1xY4';
  return Array.from(
    { length },
    (_, index) => alphabet[(index * 7 + seed * 5 + (index >> 2)) % alphabet.length],
  ).join('');
}

/** `needle` finds the part that must not be found; the last characters, where there is none. */
type Form = { name: string; make: (seed: number) => string; needle?: RegExp };
const FORMS: Form[] = [
  { name: 'github', make: (seed) => `ghp_${digits(36, seed)}` },
  { name: 'aws', make: (seed) => `AKIA${digits(16, seed).toUpperCase()}` },
  { name: 'stripe', make: (seed) => `sk_live_${digits(24, seed)}` },
  { name: 'anthropic', make: (seed) => `sk-ant-api03-${digits(93, seed)}AA` },
  {
    name: 'database url',
    make: (seed) => `postgres://admin:${digits(24, seed)}@db.corp.example/x`,
    needle: /(?<=admin:)\w{16}/,
  },
  { name: 'slack', make: (seed) => `xoxb-${'1234567890'}-${digits(24, seed)}` },
  { name: 'jwt', make: (seed) => `eyJ${digits(20, seed)}.eyJ${digits(40, seed)}.${digits(43, seed)}` },
  {
    name: 'private key',
    make: (seed) =>
      `-----BEGIN PRIVATE KEY-----\n${digits(64, seed)}\n${digits(64, seed + 1)}\n-----END PRIVATE KEY-----`,
  },
];

/** Makes secrets of one form and remembers the part of each that must not be found. */
function secretsOf({ make, needle }: Form): { next: () => string; needles: () => string[] } {
  const needles: string[] = [];
  const next = () => {
    const secret = make(needles.length);
    const line = secret.split('\n').find((part) => !part.startsWith('-----')) ?? secret;
    needles.push(needle?.exec(line)?.[0] ?? line.slice(-16));
    return secret;
  };
  return { next, needles: () => needles };
}

/** The files below a directory, by name, that hold a text. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(directory, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

/** Sends secrets made by `next` in every field of a plan and an outcome that is free text. */
async function sendEverywhere(gateway: GatewayProcess, next: () => string): Promise<void> {
  const provenance = [
    { source_type: 'user_prompt', trust_level: 'trusted', content: `use ${next()}` },
    { source_type: 'skill', source_name: `skill ${next()}`, content: next() },
  ];
  const texts = () => ({ prompt: `please use ${next()} for it`, metadata: { note: next(), [next()]: 1 } });
  const plans = [
    reading(0, { ...texts(), provenance }),
    payment({ ...texts(), on_behalf_of: { type: 'user', id: next() } }),
    incident(`log in with ${next()}`, { ...texts(), provenance, correlation_id: next() }),
    incident('', {
      steps: [
        { step_id: 's1', tool_name: 'create_incident', arguments: { [next()]: [{ deep: next() }] } },
        {
          tool_name: 'x',
          arguments: { y: { $from: 's1', path: `/${next().replaceAll('~', '~0').replaceAll('/', '~1')}` } },
        },
      ],
    }),
  ];
  for (const body of plans) {
    for (const route of ['POST /evaluate', 'POST /explain']) {
      const headers = { 'idempotency-key': `${route.length}-${body.execution_plan_id}` };
      const reply = await gateway.send(route, { body, headers });
      expect(reply.status, reply.text).toBe(200);
    }
    const step = { step_id: 's1', status: 'failed', output: { text: next(), [next()]: 1 }, error: next() };
    const path = `POST /executions/${body.execution_plan_id}/outcome`;
    const outcome = await gateway.send(path, { body: { status: 'failed', steps: [step] } });
    expect(outcome.status, outcome.text).toBe(200);
  }
}

/** Sends secrets in requests that are refused. */
async function sendRefused(gateway: GatewayProcess, next: () => string): Promise<void> {
  const replies = [
    await gateway.send('POST /evaluate', { body: { [next()]: next() } }),
    await gateway.send('POST /evaluate', { body: {}, token: next().replaceAll('\n', '') }),
    await gateway.send(`GET /replay/${encodeURIComponent(next())}?q=${encodeURIComponent(next())}`),
  ];
  for (const { status } of replies) expect(status).toBeOneOf([400, 401, 404]);
}

describe('a secret of a well-known form', () => {
  it.each([
    { name: 'kept by their hash', texts: 'false' },
    { name: 'recorded', texts: 'true' },
  ])('is on no disk and in no output, wherever it was sent, with texts $name', async ({ texts }) => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory, { env: { AISECOPS_RECORD_TEXTS: texts } });
    const needles: { form: string; needle: string }[] = [];
    for (const form of FORMS) {
      const secrets = secretsOf(form);
      await sendEverywhere(gateway, secrets.next);
      await sendRefused(gateway, secrets.next);
      for (const needle of secrets.needles()) needles.push({ form: form.name, needle });
    }
    const { stdout, stderr } = await gateway.stop();
    expect(needles.length).toBeGreaterThan(30 * FORMS.length);
    const leaks = needles.filter(
      ({ needle }) => filesWith(directory, needle).length > 0 || (stdout + stderr).includes(needle),
    );
    expect(leaks).toEqual([]);
    expect(filesWith(directory, '[redacted:')).toContain(join('audit', 'events.jsonl'));
    expect(faultOf(directory)).toBeUndefined();
  });

  it('is refused as an id, which could be written neither as it is nor redacted', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const id = `ghp_${'aB3dE6gH9kL2nP5rS8uV1xY4'.repeat(2).slice(0, 36)}`;
    const steps = [{ step_id: 's1', tool_name: 'x' }, { step_id: id, tool_name: 'x' }, { tool_name: id }];
    const given: [pointers: string[], plan: object][] = [
      [['/trace_id'], { trace_id: id }],
      [['/execution_plan_id'], { execution_plan_id: id }],
      [['/session_id'], { session_id: id }],
      [['/steps/1/step_id', '/steps/2/tool_name'], { steps }],
    ];
    for (const [pointers, plan] of given) {
      const reply = await gateway.send('POST /evaluate', { body: reading(0.01, plan) });
      expect(reply.status).toBe(400);
      expect(reply.body['errors']).toMatchObject(pointers.map((pointer) => ({ pointer })));
      expect(reply.text).not.toContain(id);
    }
    await gateway.stop();
  });
});
