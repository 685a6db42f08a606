import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planOf } from '../local/plans.ts';
import { HandedOver } from './handed-over.ts';
import { startGateway } from './start-gateway.ts';

it('GET /drift says what processes decided under whose logs a tenant has, and counts none of it', async () => {
  const gateway = await startGateway();
  const handed = new HandedOver(gateway);
  const analyst = await gateway.token(['analyst']);
  const read = async (token?: string) =>
    (await gateway.send('GET /drift', token === undefined ? {} : { token })).body as {
      logs: { log: string }[];
      windows: { current: { plans: number } };
    };
  expect((await read()).logs).toEqual([]);
  const ours = await handed.taken([planOf('allow'), planOf('block')]);
  const silent = await handed.taken([]);
  const theirs = await handed.taken([planOf('allow')], { tenant_id: 'globex' });
  const lines = readFileSync(ours.auditFile, 'utf8').trimEnd().split('\n');
  const last = JSON.parse(lines.findLast((line) => line.includes('"decision_made"')) ?? '');
  const seen = {
    log: ours.origin,
    tenant_id: 'acme-corp',
    version: last.policy_bundle,
    decided_at: last.timestamp,
  };
  const before = await read(analyst);
  expect(before.logs.find(({ log }) => log === ours.origin)).toEqual({ ...seen, status: 'as_active' });
  expect(before.logs.find(({ log }) => log === silent.origin)).toEqual({
    ...{ log: silent.origin, tenant_id: 'acme-corp', status: 'no_decision' },
  });
  expect(before.logs).toHaveLength(2);
  expect((await read()).logs.map(({ log }) => log)).toContain(theirs.origin);
  expect(before.windows.current.plans).toBe(0);

  const file = join(gateway.policyDirectory, 'policies.yaml');
  const more = '\nrules:\n  - { id: more, match: { tool_name: more }, action: block }\n';
  writeFileSync(file, readFileSync(file, 'utf8').replace('\nrules:\n', more));
  await expect
    .poll(async () => (await read(analyst)).logs.find(({ log }) => log === ours.origin), { timeout: 10_000 })
    .toEqual({ ...seen, status: 'not_active' });
  await gateway.stop();
  handed.clear();
});
