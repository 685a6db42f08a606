import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type ToolName = 'aisecops' | 'aisecops-replay';

const entryOf = (tool: ToolName): string =>
  fileURLToPath(new URL(`../../src/cli/${tool}.ts`, import.meta.url));

const KILL_AT_CALL = new URL('../faults/kill-at-call.ts', import.meta.url).href;

export type ToolOptions = {
  tool?: ToolName;
  /** Ends the tool as a crash would, before its n-th call that changes something on the disk. */
  killAtCall?: number;
};

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Starts a tool with these arguments, as its own process. */
export function startTool(args: readonly string[], directory?: string, options: ToolOptions = {}) {
  const { tool = 'aisecops', killAtCall } = options;
  const preload = killAtCall === undefined ? [] : ['--import', KILL_AT_CALL];
  const child = spawn(process.execPath, [...preload, entryOf(tool), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KILL_AT_CALL: String(killAtCall ?? 0) },
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
  const signal = (name: NodeJS.Signals) => child.kill(name);
  return { ended, stdout: () => stdout, signal, interrupt: () => signal('SIGINT') };
}

export function runTool(
  args: readonly string[],
  directory?: string,
  options?: ToolOptions | ToolName,
): Promise<Ended> {
  return startTool(args, directory, typeof options === 'string' ? { tool: options } : options).ended;
}
