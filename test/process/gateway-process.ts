import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

export const ADMIN_TOKEN = 'process-admin-token-0123456789';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const POLICIES = fileURLToPath(new URL('../../policies', import.meta.url));

/** Budgets that no test runs out of by accident, in windows that no midnight ends. */
const WIDE_BUDGETS = `budgets:
  - { id: q4-finance, metric: usd, limit: 1000000, window: total, per: agent }
  - { id: calls-per-minute, metric: tool_calls, limit: 1000000, window: total, per: agent }
`;

export type Reply = {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; empty where it is no JSON. */
  body: Record<string, unknown>;
};

export type Send = {
  /** A bearer token, or `null` for none. Default: the admin's. */
  token?: string | null;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export type StartOptions = {
  env?: Record<string, string>;
  args?: string[];
  /** Size in blocks of 512 bytes beyond which no file of the process can grow. */
  fileBlocks?: number;
  /** A command that runs the process, put in front of it. */
  runner?: string[];
  /** The user the process runs as. */
  uid?: number;
  /** Leaves the admin token to the gateway. */
  withoutAdminToken?: boolean;
  /** Called as soon as there is a process, with what ends it as a crash would. */
  onLaunch?: (kill: () => void) => void;
};

export type GatewayProcess = {
  origin: string;
  pid: number;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
  send(route: string, options?: Send): Promise<Reply>;
  /** A new token with these roles in acme-corp. */
  token(roles: string[], name?: string): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves once the process is gone and its output is read. */
  ended: Promise<Ended>;
  /** SIGTERM, and how that went. */
  stop(): Promise<Ended>;
  /** SIGKILL, and gone. */
  kill(): Promise<Ended>;
};

/** A directory for one gateway, with a copy of the default bundle; gone when the test is over. */
export function gatewayDirectory(budgets = WIDE_BUDGETS): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-process-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(POLICIES, join(directory, 'policies'), { recursive: true });
  writeFileSync(join(directory, 'policies', 'budgets.yaml'), budgets);
  return directory;
}

export function auditFile(directory: string): string {
  return join(directory, 'audit', 'events.jsonl');
}

/** Starts the gateway as its own process in `directory`, and resolves when it listens. */
export async function startProcess(directory: string, options: StartOptions = {}): Promise<GatewayProcess> {
  const child = launch(directory, {
    ...options,
    env: { ...(!options.withoutAdminToken && { AISECOPS_ADMIN_TOKEN: ADMIN_TOKEN }), ...options.env },
  });
  options.onLaunch?.(() => void child.process.kill('SIGKILL'));
  const origin = await until('the gateway listens', () => {
    if (child.exit() !== undefined) throw new Error(`the gateway did not start: ${child.stderr()}`);
    return addressIn(child.stdout());
  });
  return {
    origin,
    pid: child.process.pid ?? 0,
    stdout: child.stdout,
    stderr: child.stderr,
    send: (route, sent) => sendTo(origin, route, sent),
    token: (roles, name) => newToken(origin, roles, name),
    signal: (signal) => child.process.kill(signal),
    ended: child.ended,
    stop: () => endBy(child, 'SIGTERM'),
    kill: () => endBy(child, 'SIGKILL'),
  };
}

/** Starts a gateway that is expected to give up by itself, and resolves when it has. */
export function startRefused(directory: string, options: StartOptions = {}): Promise<Ended> {
  return launch(directory, options).ended;
}

type Launched = {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  exit(): Ended | undefined;
  ended: Promise<Ended>;
};

/** No setting of the machine the tests run on reaches the process: the environment is exactly `env`. */
function launch(
  directory: string,
  { env = {}, args = [], fileBlocks, runner = [], uid }: StartOptions,
): Launched {
  const command = [...runner, process.execPath, MAIN, ...args];
  const limit = `ulimit -f ${fileBlocks}; exec "$0" "$@"`;
  const [program = '', ...rest] = fileBlocks === undefined ? command : ['sh', '-c', limit, ...command];
  const child = spawn(program, rest, {
    cwd: directory,
    env: { PATH: process.env['PATH'], AISECOPS_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  let exit: Ended | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      exit = { code, signal, stdout, stderr };
      resolve(exit);
    });
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { process: child, stdout: () => stdout, stderr: () => stderr, exit: () => exit, ended };
}

function endBy(child: Launched, signal: NodeJS.Signals): Promise<Ended> {
  child.process.kill(signal);
  return child.ended;
}

/** The lines of a process log among other output. */
export function logLines(stdout: string): Record<string, unknown>[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

function addressIn(stdout: string): string | undefined {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  const listening = logLines(whole).find((line) => line['msg'] === 'listening');
  return listening === undefined ? undefined : String(listening['address']);
}

async function newToken(origin: string, roles: string[], name = roles.join('-')): Promise<string> {
  const body = { name, roles, tenant_id: 'acme-corp' };
  const reply = await sendTo(origin, 'POST /tokens', { body });
  if (reply.status !== 201) throw new Error(reply.text);
  return String(reply.body['token']);
}

async function sendTo(origin: string, route: string, options: Send = {}): Promise<Reply> {
  const { token = ADMIN_TOKEN, body, headers } = options;
  const [method = 'GET', path = '/'] = route.split(' ');
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}
