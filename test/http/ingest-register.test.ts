import { generateKeyPairSync } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { verifierKeyOf } from '../../src/audit/open-signed-log.ts';
import { startGateway } from './start-gateway.ts';

it('gives a log that two tenants register at once to one of them', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const tenants = ['acme-corp', 'globex'];
  const tokens = await Promise.all(tenants.map((tenant_id) => gateway.token(['operator'], { tenant_id })));
  const origin = 'aisecops-local/race';
  const replies = await Promise.all(
    tokens.map((token) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const body = { origin, verifier_key: verifierKeyOf(origin, privateKey) };
      return gateway.send('POST /audit/origins', { token, body });
    }),
  );
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  const { body } = await gateway.send('GET /audit/origins');
  const taken = replies.find(({ status }) => status === 201)?.body['tenant_id'];
  expect(body['origins']).toMatchObject([{ origin, tenant_id: taken }]);
  const events = await gateway.send('GET /audit?event_type=audit_origin_registered');
  expect(events.body['events']).toHaveLength(1);
});
