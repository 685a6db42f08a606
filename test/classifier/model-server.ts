import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type ModelServer = {
  url: string;
  /** The chunks of each request so far, and its headers. */
  requests: { chunks: string[]; headers: IncomingMessage['headers'] }[];
  /** What answers from now on. Default: a score of 0 for each chunk, 1 where it has the word "attack". */
  answer(how: (response: ServerResponse, chunks: string[]) => void): void;
};

/** A model on this machine, gone after the test. */
export async function startModel(): Promise<ModelServer> {
  const requests: ModelServer['requests'] = [];
  let answer = (response: ServerResponse, chunks: string[]): void => {
    const scores = chunks.map((chunk) => (chunk.includes('attack') ? 1 : 0));
    response.end(JSON.stringify({ scores, model: 'toy-1' }));
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { chunks } = JSON.parse(body) as { chunks: string[] };
    requests.push({ chunks, headers: request.headers });
    answer(response, chunks);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url: `http://127.0.0.1:${port}/classify`,
    answer: (how) => {
      answer = how;
    },
  };
}
