import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AISECOPS } from '../../src/cli/aisecops-tool.ts';
import { AISECOPS_REPLAY } from '../../src/cli/replay.ts';
import { run, runSole } from '../../src/cli/run.ts';

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

/**
 * Calls a tool as its entry does and answers what the process would have ended with: a process takes a third of a second to start.
 * What only a process has (signals, crashes, closed output) is asked of `startTool`.
 */
export async function runTool(
  args: readonly string[],
  directory?: string,
  options: ToolOptions | ToolName = {},
): Promise<Ended> {
  const { tool = 'aisecops', killAtCall }: ToolOptions =
    typeof options === 'string' ? { tool: options } : options;
  if (killAtCall !== undefined) return startTool(args, directory, { tool, killAtCall }).ended;
  const turn = lastCall.then(() => callTool(tool, args, directory));
  lastCall = turn.catch(() => undefined);
  return turn;
}

/** There is one working directory. */
let lastCall: Promise<unknown> = Promise.resolve();

async function callTool(tool: ToolName, args: readonly string[], directory?: string): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const terminal = {
    out: (text: string) => {
      written.stdout += text;
    },
    err: (text: string) => {
      written.stderr += text;
    },
    ...{ isInteractive: false, isScreen: false },
  };
  const before = process.cwd();
  if (directory !== undefined) process.chdir(directory);
  try {
    const code = await (tool === 'aisecops'
      ? run(AISECOPS, args, terminal)
      : runSole(AISECOPS_REPLAY, args, terminal));
    return { code, ...written };
  } finally {
    process.chdir(before);
  }
}
