import { readFile } from 'node:fs/promises';
import { type Given, type Terminal, UsageError } from './command.ts';
import { safeText } from './safe-text.ts';

/** Exit code where the gateway refuses. */
export const REFUSED = 11;

/** Options of commands that ask a running gateway for something. */
export const TOKEN = {
  'token-file': { value: 'FILE', description: 'a file with a token' },
  'token-env': { value: 'NAME', description: 'or a variable with one (AISECOPS_ADMIN_TOKEN)' },
};

export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** No gateway answers. Exit code 1. */
class UnreachableError extends Error {
  readonly code = 'gateway_unreachable';
}

export type Server = { url: string; token: string };
export type Reply = { status: number; body: Record<string, unknown> };

/** A token on the command line would be in every list of processes, so it comes from a file or a variable. */
export async function tokenIn(given: Given): Promise<string> {
  const { 'token-file': file, 'token-env': variable = 'AISECOPS_ADMIN_TOKEN' } = given;
  if (typeof file === 'string') return (await readFile(file, 'utf8')).trim();
  const token = process.env[String(variable)]?.trim();
  if (token) return token;
  throw new UsageError(`a token is needed: --token-file FILE, or the variable ${variable}`);
}

export function post(server: Server, path: string, body: object): Promise<Reply> {
  return send(server, path, { method: 'POST', type: 'application/json', body: JSON.stringify(body) });
}

export function get(server: Server, path: string): Promise<Reply> {
  return send(server, path, { method: 'GET' });
}

/** Lines of JSON. */
export function postLines(server: Server, path: string, body: Uint8Array<ArrayBuffer>): Promise<Reply> {
  return send(server, path, { method: 'POST', type: 'application/x-ndjson', body });
}

type Request = { method: string; type?: string; body?: string | Uint8Array<ArrayBuffer> };

async function send({ url, token }: Server, path: string, { method, type, body }: Request): Promise<Reply> {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      method,
      redirect: 'error',
      headers: { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new UnreachableError(`${url} does not answer: ${cause instanceof Error ? cause.message : message}`);
  }
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: isJson ? JSON.parse(text) : { detail: text.slice(0, 500) } };
}

/** Says why the gateway refuses; answers the exit code. */
export function refused({ status, body }: Reply, terminal: Terminal): number {
  const { code = status, detail = '', errors = [] } = body;
  terminal.err(`refused (${code}): ${safeText(String(detail))}\n`);
  for (const { file, line, column, pointer, message, hint } of errors as Record<string, unknown>[]) {
    const place = file === undefined ? String(pointer) : `${file}:${line}:${column}`;
    terminal.err(safeText(`${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`));
    terminal.err('\n');
  }
  return REFUSED;
}
