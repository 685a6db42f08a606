import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from '../http/start-gateway.ts';
import { localDirectory, startLocal } from '../local/local-process.ts';
import { planOf } from '../local/plans.ts';
import { runTool } from './run-tool.ts';

let gateway: StartedGateway;
let tokenFile: string;

beforeAll(async () => {
  gateway = await startGateway();
  tokenFile = join(gateway.directory, 'token');
  writeFileSync(tokenFile, `${await gateway.token(['runtime'])}\n`, { mode: 0o600 });
});
afterAll(() => gateway.stop());

const push = (auditFile: string, ...more: string[]) =>
  runTool([
    'audit',
    'push',
    '--to',
    gateway.origin,
    '--audit-file',
    auditFile,
    '--token-file',
    tokenFile,
    ...more,
  ]);

async function localLog(directory: string) {
  const local = await startLocal(directory);
  for (const kind of ['allow', 'block'] as const) await local.evaluate(planOf(kind));
  await local.close();
  const { origin, verifier_key, audit_file } = local;
  return { origin, verifier_key, audit_file, lines: readFileSync(audit_file, 'utf8').split('\n').length - 1 };
}

const register = ({ origin, verifier_key }: { origin: string; verifier_key: string }) =>
  gateway.send('POST /audit/origins', { body: { origin, verifier_key, tenant_id: 'acme-corp' } });

describe('audit push', () => {
  it('hands a log over, goes on where it ended, and has nothing to do after that', async () => {
    const directory = localDirectory();
    const log = await localLog(directory);
    expect((await push(log.audit_file)).code).toBe(11);
    await register(log);
    const first = await push(log.audit_file);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toBe(`${log.lines} events of ${log.origin} handed over, ${log.lines} in all\n`);
    const longer = await localLog(directory);
    const second = await push(log.audit_file, '--json');
    expect([second.code, JSON.parse(second.stdout)]).toMatchObject([
      0,
      { origin: log.origin, events: longer.lines - log.lines, next_sequence: longer.lines, duplicates: 0 },
    ]);
    const third = await push(log.audit_file);
    expect([third.code, third.stdout]).toEqual([
      0,
      `0 events of ${log.origin} handed over, ${longer.lines} in all\n`,
    ]);
  });

  it('says 13 and names the event where the log does not hold', async () => {
    const log = await localLog(localDirectory());
    await register(log);
    const text = readFileSync(log.audit_file, 'utf8');
    writeFileSync(log.audit_file, text.replace('acme-corp', 'acme-corq'));
    const { code, stderr } = await push(log.audit_file);
    expect(code).toBe(13);
    expect(stderr).toMatch(/refused \(ingest_refused\): event \d+ does not hold/);
  });

  it('says what is missing: a checkpoint 1, a gateway 1, a token 2, where to 2', async () => {
    const log = await localLog(localDirectory());
    expect((await runTool(['audit', 'push', '--audit-file', log.audit_file])).code).toBe(2);
    const nobody = ['audit', 'push', '--to', 'http://127.0.0.1:9', '--audit-file', log.audit_file];
    expect(await runTool([...nobody, '--token-file', tokenFile])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not answer'),
    });
    expect((await runTool([...nobody, '--token-env', 'NOT_SET'])).code).toBe(2);
    rmSync(join(log.audit_file, '..', 'checkpoint'));
    expect(await push(log.audit_file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no checkpoint'),
    });
  });
});

describe('audit rebuild-index', () => {
  it('makes the indexes of logs that were handed over again', async () => {
    const log = await localLog(localDirectory());
    await register(log);
    await push(log.audit_file);
    const list = async () =>
      (await gateway.send(`GET /replay?log=${encodeURIComponent(log.origin)}`)).body['traces'];
    const before = await list();
    expect(before).toHaveLength(2);
    await gateway.pause();
    const { directory } = gateway;
    const rebuilt = await runTool([
      ...['audit', 'rebuild-index', '--audit-file', join(directory, 'audit', 'events.jsonl')],
      ...['--store', join(directory, 'data', 'aisecops.db')],
    ]);
    expect([rebuilt.code, rebuilt.stderr]).toEqual([0, '']);
    expect(rebuilt.stdout).toContain('that were handed over');
    gateway = await startGateway({ directory, keepPolicies: true });
    expect(await list()).toEqual(before);
  });
});
