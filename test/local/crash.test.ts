import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runTool } from '../cli/run-tool.ts';
import { localDirectory, startLocal } from './local-process.ts';

const AGENT = fileURLToPath(new URL('looping-agent.ts', import.meta.url));

/** Runs an agent until it has answered so often, ends it as a crash would, and resolves with its receipts. */
async function receiptsUntilCrash(directory: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [AGENT, join(directory, 'local'), join(directory, 'policies')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > count) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return printed.split('\n').slice(0, -1);
}

it('an answer of local enforcement outlives a crash of its process', async () => {
  const directory = localDirectory();
  const receipts: string[] = [];
  for (const count of [10, 60]) receipts.push(...(await receiptsUntilCrash(directory, count)));
  expect(receipts.length).toBeGreaterThanOrEqual(70);
  const local = await startLocal(directory);
  await local.close();
  const hashes = readFileSync(local.audit_file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { hash: string }).hash);
  for (const receipt of receipts) {
    const [sequence, hash] = receipt.split(' ');
    expect(hashes[Number(sequence)]).toBe(hash);
  }
  const verified = await runTool([
    ...['verify', '--audit-file', local.audit_file, '--key', local.verifier_key],
    ...['--require', 'complete'],
  ]);
  expect([verified.code, verified.stderr]).toEqual([0, '']);
});
