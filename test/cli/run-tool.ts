import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const AISECOPS = fileURLToPath(new URL('../../src/cli/aisecops.ts', import.meta.url));

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Starts `aisecops` with these arguments, as its own process. */
export function startTool(args: readonly string[], directory?: string) {
  const child = spawn(process.execPath, [AISECOPS, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(directory !== undefined && { cwd: directory }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { ended, stdout: () => stdout, interrupt: () => child.kill('SIGINT') };
}

export function runTool(args: readonly string[], directory?: string): Promise<Ended> {
  return startTool(args, directory).ended;
}
