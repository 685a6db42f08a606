import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const POLICIES = fileURLToPath(new URL('../../policies', import.meta.url));
const START_TIMEOUT_MS = 30_000;

export type OwnGateway = {
  origin: string;
  token: string;
  auditFile: string;
  /** Resolves with the exit code when the gateway has ended, for whatever reason. */
  ended: Promise<number | null>;
  stop(): void;
};

/**
 * Starts a gateway of the demo's own: in a new directory under the system's temporary one, with a copy of the default
 * policies, on a free port of loopback. The directory stays, so that its log can be read afterwards.
 */
export async function startOwnGateway(): Promise<OwnGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-demo-'));
  cpSync(POLICIES, join(directory, 'policies'), { recursive: true });
  const token = randomBytes(24).toString('base64url');
  // Nothing of the caller's own settings: the story is told with the default ones.
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory,
    env: { PATH: process.env['PATH'], AISECOPS_PORT: '0', AISECOPS_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const address = listeningAddress(stdout);
    if (address !== undefined) resolve(address);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((settle) => {
    child.once('close', (code) => {
      reject(new Error(`the gateway did not start: ${stderr}`));
      settle(code);
    });
  });
  child.once('error', reject);
  const timer = setTimeout(() => reject(new Error('the gateway did not start in time')), START_TIMEOUT_MS);
  const origin = await promise.finally(() => clearTimeout(timer));
  const auditFile = join(directory, 'audit', 'events.jsonl');
  return { origin, token, auditFile, ended, stop: () => void child.kill('SIGTERM') };
}

/** The address in the `listening` line of the process log, once that line is whole. */
function listeningAddress(stdout: string): string | undefined {
  const lines = stdout.split('\n').slice(0, -1);
  const listening = lines.find((line) => line.startsWith('{') && line.includes('"msg":"listening"'));
  return listening === undefined ? undefined : (JSON.parse(listening) as { address: string }).address;
}
