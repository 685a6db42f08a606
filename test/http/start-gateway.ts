import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '../../src/config.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { openGateway } from '../../src/gateway/open-gateway.ts';
import { buildServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import type { Role } from '../../src/tokens/caller.ts';
import { expectReproducible } from './expect-reproducible.ts';

export const ADMIN_TOKEN = 'test-admin-token-0123456789';

export type Reply = {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; `undefined` where it is no JSON. */
  body: Record<string, unknown>;
};

export type Send = {
  /** A bearer token, or `null` for none. Default: the admin's. */
  token?: string | null;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
};

export type StartedGateway = {
  origin: string;
  directory: string;
  policyDirectory: string;
  gateway: Gateway;
  /** Lines of the process log. */
  log: string[];
  send(route: string, options?: Send): Promise<Reply>;
  /** A new token with these roles in this tenant. */
  token(roles: Role[], options?: { name?: string; tenant_id?: string; agent_id?: string }): Promise<string>;
  stop(): Promise<void>;
  /** Stops and leaves the directory, for another to go on in. */
  pause(): Promise<void>;
};

export type StartSettings = {
  host?: string;
  approvedBundle?: string;
  publicUrl?: string;
  prepare?: (policyDirectory: string) => void;
  /** As in aisecops.yaml. */
  sinks?: readonly object[];
  /** An earlier gateway's, to go on in. */
  directory?: string;
  /** The policies in it stay as they are. */
  keepPolicies?: boolean;
  /** Other settings. */
  config?: Record<string, unknown>;
  /** Leaves the directory for another gateway to go on in. */
  keep?: boolean;
  redactFields?: readonly string[];
  recordTexts?: boolean;
};

/** Starts a real gateway on a free port of loopback, with its own directory and a copy of the default bundle. */
export async function startGateway(settings: StartSettings = {}): Promise<StartedGateway> {
  const directory = settings.directory ?? mkdtempSync(join(tmpdir(), 'aisecops-http-'));
  const policyDirectory = join(directory, 'policies');
  if (settings.keepPolicies !== true) cpSync('policies', policyDirectory, { recursive: true });
  settings.prepare?.(policyDirectory);
  const config = configSchema.parse({
    host: settings.host ?? '127.0.0.1',
    port: 0,
    audit_file: join(directory, 'audit', 'events.jsonl'),
    data_dir: join(directory, 'data'),
    policy_dir: policyDirectory,
    admin_token: ADMIN_TOKEN,
    ...(settings.approvedBundle !== undefined && { approved_bundle: settings.approvedBundle }),
    ...(settings.publicUrl !== undefined && { public_url: settings.publicUrl }),
    sinks: settings.sinks ?? [],
    redact_fields: settings.redactFields ?? [],
    record_texts: settings.recordTexts ?? false,
    ...settings.config,
  });
  const log: string[] = [];
  const gateway = await openGateway(
    config,
    createLogger('info', { write: (line: string) => log.push(line) }),
  );
  const server = buildServer(gateway, { version: '0.0.0-test' });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const origin = server.listeningOrigin;
  const send = (route: string, options: Send = {}) => sendTo(origin, route, options);
  return {
    origin,
    directory,
    policyDirectory,
    gateway,
    log,
    send,
    token: async (roles, options = {}) => {
      const { name = roles.join('-'), tenant_id = 'acme-corp', agent_id } = options;
      const body = { name, roles, tenant_id, ...(agent_id !== undefined && { agent_id }) };
      const reply = await send('POST /tokens', { body });
      if (reply.status !== 201) throw new Error(reply.text);
      return String(reply.body['token']);
    },
    pause: async () => {
      await server.close();
      await gateway.close();
    },
    stop: async () => {
      await server.close();
      // Whatever a test had decided must come out the same from the log alone, where the test left one.
      if (gateway.readiness().ready) await expectReproducible(gateway);
      await gateway.close();
      if (settings.keep !== true) rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function sendTo(origin: string, route: string, { token, body, raw, headers }: Send): Promise<Reply> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(origin + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== null && { authorization: `Bearer ${token ?? ADMIN_TOKEN}` }),
      ...(content !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}
