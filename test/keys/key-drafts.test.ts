import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeKeyDrafts } from '../../src/keys/key-file.ts';
import { startGateway } from '../http/start-gateway.ts';

const DRAFTS = [
  'signing-keys.json.7b0c1f5e-90a3-4d55-8a9e-1f2a3b4c5d6e.tmp',
  'signing-keys.json.00000000-0000-4000-8000-000000000000.tmp',
];
const OTHERS = [
  'signing-keys.json',
  'signing-keys.json.tmp',
  'signing-keys.json.bak',
  'signing-keys.json.7b0c1f5e-90a3-4d55-8a9e-1f2a3b4c5d6e.tmp.bak',
  'old-signing-keys.json.7b0c1f5e-90a3-4d55-8a9e-1f2a3b4c5d6e.tmp',
  'signing-keys_json.7b0c1f5e-90a3-4d55-8a9e-1f2a3b4c5d6e.tmp',
];

it('takes away drafts of the key file that a crash has left, and nothing else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of [...DRAFTS, ...OTHERS]) writeFileSync(join(directory, name), '{}');
  await removeKeyDrafts(join(directory, 'signing-keys.json'));
  expect(readdirSync(directory).toSorted()).toEqual(OTHERS.toSorted());
  await removeKeyDrafts(join(directory, 'none', 'signing-keys.json'));
});

it('does so at the start of the gateway', async () => {
  const gateway = await startGateway({
    prepare: (policies) => {
      const data = join(policies, '..', 'data');
      mkdirSync(data);
      for (const name of DRAFTS) writeFileSync(join(data, name), '{}', { mode: 0o600 });
    },
  });
  const names = readdirSync(join(gateway.directory, 'data'));
  expect(names.filter((name) => name.startsWith('signing-keys'))).toEqual(['signing-keys.json']);
  await gateway.stop();
});
