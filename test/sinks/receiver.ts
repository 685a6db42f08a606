import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the receiver does with a request: answers with a status, hangs, or cuts the connection. */
export type Reaction = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'cut';

export type Received = { headers: IncomingMessage['headers']; body: Buffer; path: string };

export type Receiver = {
  url: string;
  port: number;
  /** Every request, in order of arrival. */
  requests: Received[];
  /** Lines of the requests that were answered with 2xx, in order. */
  lines(): string[];
  react: (request: Received) => Reaction;
  stop(): Promise<void>;
};

/** A real HTTP server in the place of a target. Takes everything unless `react` says otherwise. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => take(request, Buffer.concat(pieces), response));
    request.on('error', () => undefined);
  });
  const take = (request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const received = { headers: request.headers, body, path: request.url ?? '' };
    receiver.requests.push(received);
    const reaction = receiver.react(received);
    if (reaction === 'hang') return;
    if (reaction === 'cut') {
      request.socket.destroy();
      return;
    }
    if (reaction.status < 300) taken.push(...linesOf(body));
    response.writeHead(reaction.status, reaction.headers).end(reaction.body);
  };
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${bound}/events`,
    port: bound,
    requests: [],
    lines: () => taken,
    react: () => ({ status: 204 }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  onTestFinished(() => receiver.stop());
  return receiver;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

export function linesOf(body: Buffer): string[] {
  return body.toString('utf8').split('\n').slice(0, -1);
}

export function sequencesOf(lines: readonly string[]): number[] {
  return lines.map((line) => JSON.parse(line).sequence);
}

/** A port on which nothing listens, for now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
