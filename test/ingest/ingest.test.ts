import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Receipt } from '../../src/audit/event.ts';
import { verifierKeyOf } from '../../src/audit/open-signed-log.ts';
import { Ingest } from '../../src/ingest/ingest.ts';
import type { Caller } from '../../src/tokens/caller.ts';

const callerOf = (tenant_id: string): Caller => ({
  token_id: 't',
  name: 'lee',
  roles: ['runtime'],
  tenant_id,
});

/** One empty chunk, once it is told to end. */
function slowBody() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const body = async function* (): AsyncGenerator<Uint8Array> {
    await promise;
    yield new Uint8Array();
  };
  return { body: body(), end: resolve };
}

it('leaves room for other tenants where one sends slowly, and takes it again afterwards', async () => {
  const summary = { first_sequence: 0, events: 0, duplicates: 0, bytes: 0, next_sequence: 0 };
  const ingest = await Ingest.open(
    {
      link: { call: async () => ({ ...summary, head_hash: '', root: '', checkpoint_size: 0 }) },
      record: async () => ({}) as Receipt,
      holdsSecret: () => false,
      clock: () => 0,
      followed: { hold: () => () => undefined },
      origin: 'gateway',
    },
    true,
  );
  const register = async (origin: string, tenant_id: string) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    await ingest.register(
      { origin, tenant_id, verifier_key: verifierKeyOf(origin, privateKey) },
      { name: 'lee' },
    );
  };
  const push = (origin: string, tenant: string, body: AsyncIterable<Uint8Array>) =>
    ingest.push({ origin, isHead: false }, body, callerOf(tenant));
  for (let log = 0; log < 5; log += 1) await register(`acme-${log}`, 'acme');
  await register('globex-0', 'globex');
  const slow = Array.from({ length: 4 }, slowBody);
  const waiting = slow.map(({ body }, log) => push(`acme-${log}`, 'acme', body));
  const nothing = slowBodyEnded();
  await expect(push('acme-4', 'acme', nothing)).rejects.toMatchObject({ code: 'too_many_ingests' });
  await expect(push('globex-0', 'globex', nothing)).resolves.toMatchObject({ origin: 'globex-0' });
  for (const one of slow) one.end();
  await Promise.all(waiting);
  await expect(push('acme-4', 'acme', slowBodyEnded())).resolves.toMatchObject({ origin: 'acme-4' });
});

function slowBodyEnded(): AsyncIterable<Uint8Array> {
  const { body, end } = slowBody();
  end();
  return body;
}
