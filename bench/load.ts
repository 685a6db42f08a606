import autocannon from 'autocannon';
import type { Child } from './child.ts';
import { HEADERS } from './gateway-child.ts';
import { percentile } from './rounds.ts';

export type Load = {
  connections: number;
  /** Either how long or how many. */
  until: { seconds: number } | { requests: number };
  /** The body of all requests of a connection. */
  bodyOf(connection: number): string;
};

export type LoadResult = {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the server per request, all its threads. */
  cpuUs: number;
};

const LOOK_EVERY_MS = 50;

/**
 * Sends `POST /evaluate` on kept connections, the next as soon as the last is answered, and measures. Rejects where
 * one request was not answered with 2xx: a server that refuses quickly is not fast.
 */
export async function load(server: Child, { connections, until, bodyOf }: Load): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const times: number[] = [];
  let [startedAt, endedAt, connection] = [0, 0, 0];
  const cpuBefore = server.cpuUs();
  const run = autocannon(
    {
      url: `${server.origin}/evaluate`,
      method: 'POST',
      headers: HEADERS,
      body: bodyOf(0),
      connections,
      ...('seconds' in until ? { duration: until.seconds } : { amount: until.requests }),
      sampleInt: LOOK_EVERY_MS,
      setupClient: (client) => {
        client.setBody(bodyOf(connection));
        connection += 1;
      },
    },
    (error, result) => (error === null ? resolve(result) : reject(error)),
  );
  run.on('start', () => {
    startedAt = performance.now();
  });
  run.on('response', (_client, _status, _bytes, time) => {
    times.push(time);
    endedAt = performance.now();
  });
  const { errors, non2xx } = await promise;
  if (errors + non2xx > 0) throw new Error(`${errors} errors and ${non2xx} answers that are not 2xx`);
  return {
    perSecond: times.length / ((endedAt - startedAt) / 1000),
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    cpuUs: (server.cpuUs() - cpuBefore) / times.length,
  };
}
