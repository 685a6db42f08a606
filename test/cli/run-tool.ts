import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type ToolName = 'aisecops' | 'aisecops-replay';

const entryOf = (tool: ToolName): string =>
  fileURLToPath(new URL(`../../src/cli/${tool}.ts`, import.meta.url));

export type Ended = { code: number | null; stdout: string; stderr: string };

/** Starts a tool with these arguments, as its own process. */
export function startTool(args: readonly string[], directory?: string, tool: ToolName = 'aisecops') {
  const child = spawn(process.execPath, [entryOf(tool), ...args], {
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
  const signal = (name: NodeJS.Signals) => child.kill(name);
  return { ended, stdout: () => stdout, signal, interrupt: () => signal('SIGINT') };
}

export function runTool(args: readonly string[], directory?: string, tool?: ToolName): Promise<Ended> {
  return startTool(args, directory, tool).ended;
}
