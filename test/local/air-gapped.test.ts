import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runTool } from '../cli/run-tool.ts';
import { localDirectory } from './local-process.ts';

const at = (name: string) => new URL(name, import.meta.url).href;

function runAgent(directory: string, ...more: string[]) {
  const agent = fileURLToPath(at('air-gapped-agent.ts'));
  const args = [
    '--import',
    at('no-sockets.ts'),
    agent,
    join(directory, 'local'),
    join(directory, 'policies'),
  ];
  const child = spawn(process.execPath, [...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...output })),
  );
}

describe('local enforcement without a network', () => {
  it('decides, records, settles and closes in a process where every use of a socket throws', async () => {
    const { code, stdout, stderr } = await runAgent(localDirectory());
    expect([code, stderr]).toEqual([0, '']);
    const { answers, verifier_key, audit_file } = JSON.parse(stdout);
    expect(answers).toEqual(['allow', 'require_approval', 'block', 'block']);
    const file = ['--audit-file', audit_file, '--key', verifier_key];
    const verified = await runTool(['verify', ...file, '--require', 'signer', '--require', 'complete']);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
  });

  it('would be seen where it used one', async () => {
    const { code, stderr } = await runAgent(localDirectory(), 'reach-out');
    expect(code).not.toBe(0);
    expect(stderr).toContain('NETWORK USED: fetch');
  });
});
