import { readFile } from 'node:fs/promises';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { filesIn } from './policy-sign.ts';
import { safeText } from './safe-text.ts';

/** Exit code where the gateway refuses. */
const REFUSED = 11;

export const policyPublishCommand: Command = {
  name: 'policy publish',
  summary: 'Publish the files of a policy directory to a running gateway as a version',
  operand: { name: 'DIR', description: 'the policy directory (policies)' },
  options: {
    url: { value: 'URL', description: 'the gateway (http://127.0.0.1:8080)' },
    'token-file': { value: 'FILE', description: 'a file with a token of role operator' },
    'token-env': { value: 'NAME', description: 'or a variable with one (AISECOPS_ADMIN_TOKEN)' },
    note: { value: 'TEXT', description: 'why; it is kept in the log' },
    activate: {
      value: 'TIME',
      isOptional: true,
      description: 'activate it as well, now or at a time (RFC 3339)',
    },
    json: { description: 'the answers as JSON' },
  },
  exits: { [REFUSED]: 'the gateway refuses: its reasons are on standard error' },
  run: publish,
};

/** No gateway answers. Exit code 1. */
class UnreachableError extends Error {
  readonly code = 'gateway_unreachable';
}

type Server = { url: string; token: string };
type Reply = { status: number; body: Record<string, unknown> };

async function publish(given: Given, terminal: Terminal): Promise<number> {
  const { operand: directory = 'policies', note, activate } = given;
  const server = { url: String(given['url'] ?? 'http://127.0.0.1:8080'), token: await tokenIn(given) };
  const { files, manifest } = await filesIn(String(directory));
  const noted = typeof note === 'string' && note !== '' ? { note } : {};
  // What the directory has not, the new set has not either: a signature is over exactly these files.
  const published = await post(server, '/policies', {
    ...{ files, complete: true, ...noted },
    ...(manifest !== undefined && { signature: manifest.signatures }),
  });
  if (published.status >= 300) return refused(published, terminal);
  const { version } = published.body;
  say(given, terminal, published.body, `published ${version}`);
  if (activate === undefined) return 0;
  const asked = { ...noted, ...(activate !== '' && { at: timeOf(activate) }) };
  const activated = await post(server, `/policies/${version}/activate`, asked);
  if (activated.status >= 300) return refused(activated, terminal);
  const { status, activation_id } = activated.body;
  say(given, terminal, activated.body, `${String(status).replaceAll('_', ' ')} (${activation_id})`);
  return 0;
}

function say({ json }: Given, terminal: Terminal, body: object, text: string): void {
  terminal.out(json === true ? `${JSON.stringify(body)}\n` : `${safeText(text)}\n`);
}

/** A token on the command line would be in every list of processes, so it comes from a file or a variable. */
async function tokenIn(given: Given): Promise<string> {
  const { 'token-file': file, 'token-env': variable = 'AISECOPS_ADMIN_TOKEN' } = given;
  if (typeof file === 'string') return (await readFile(file, 'utf8')).trim();
  const token = process.env[String(variable)]?.trim();
  if (token) return token;
  throw new UsageError(`a token is needed: --token-file FILE, or the variable ${variable}`);
}

function timeOf(given: unknown): string {
  const time = new Date(String(given));
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(`--activate ${given}: it is no time; one is 2026-11-02T09:00:00Z`);
}

async function post({ url, token }: Server, path: string, body: object): Promise<Reply> {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new UnreachableError(`${url} does not answer: ${cause instanceof Error ? cause.message : message}`);
  }
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: isJson ? JSON.parse(text) : { detail: text.slice(0, 500) } };
}

function refused({ status, body }: Reply, terminal: Terminal): number {
  const { code = status, detail = '', errors = [] } = body;
  terminal.err(`refused (${code}): ${safeText(String(detail))}\n`);
  for (const { file, line, column, pointer, message, hint } of errors as Record<string, unknown>[]) {
    const place = file === undefined ? String(pointer) : `${file}:${line}:${column}`;
    terminal.err(safeText(`${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`));
    terminal.err('\n');
  }
  return REFUSED;
}
