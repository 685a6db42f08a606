import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Scope } from './scope.ts';

/** The kernel counts processor time for user space in this unit on every Linux. */
const TICK_US = 10_000;
const START_TIMEOUT_MS = 60_000;

export type Child = {
  origin: string;
  /** When the process was asked for, as `performance.now()` counts. */
  spawnedAt: number;
  /** Processor time of all its threads so far, in microseconds, to the nearest 10,000. */
  cpuUs(): number;
  /** Memory that is resident now, in bytes. */
  residentBytes(): number;
  /** SIGTERM; resolves when the process is gone. Rejects where it did not end well. */
  stop(): Promise<void>;
};

type Launch = { args: string[]; cwd: string; env: Record<string, string> };

/**
 * Starts a Node process that prints the address it listens on, `http://…`, to standard output. Resolves then;
 * rejects where it ends before, or takes longer than a minute. The process ends with the scope.
 */
export async function startChild(scope: Scope, { args, cwd, env }: Launch): Promise<Child> {
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  scope.onEnd(() => {
    child.kill('SIGKILL');
    return ended;
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-10_000);
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout = (stdout + chunk).slice(-10_000);
    const address = /http:\/\/\S+(?=\s)/.exec(stdout);
    if (address !== null) resolve(address[0]);
  });
  void ended.then((code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)));
  const timer = setTimeout(() => reject(new Error(`${args.join(' ')} does not listen`)), START_TIMEOUT_MS);
  const origin = await listening.finally(() => clearTimeout(timer));
  const { pid } = child;
  const stop = async () => {
    child.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  };
  return { origin, spawnedAt, cpuUs: () => cpuUs(pid), residentBytes: () => residentBytes(pid), stop };
}

function cpuUs(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in parentheses and may hold spaces; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

function residentBytes(pid: number | undefined): number {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(resident?.[1]) * 1024;
}
