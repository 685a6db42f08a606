import type { Idempotency, KeptAnswer } from '../idempotency/idempotency.ts';
import { sha256 } from '../json/canonical.ts';
import { bodyHash } from './large-bodies.ts';
import { type Answer, json, type Operation, type RawCall } from './operation.ts';
import { HttpError } from './problem.ts';
import { openSealed, seal } from './sealed-answer.ts';

/** What the idempotency of a request hangs on besides its body. */
export type RequestIdentity = {
  method: string;
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
};

export type IdempotencyPort = {
  idempotency: Pick<Idempotency, 'begin' | 'finish' | 'abandon'>;
  /** Told of an answer that was given and could not be kept. */
  onNotKept(cause: unknown): void;
};

type Run = (call: RawCall, request: RequestIdentity) => Answer | Promise<Answer>;

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Makes retries of an operation safe: a request with an `Idempotency-Key` is run once for each token, address and
 * key; the same body gets the same answer again, another body 409. Two at once run once: the second waits.
 *
 * Only what succeeded is kept. What failed changed nothing, so a retry runs again, and so it does where a part failed
 * that may not the next time. An answer that cannot be kept is given all the same: what it tells of has happened.
 */
export function withIdempotency(operation: Operation, port: IdempotencyPort): Run {
  const { idempotent } = operation;
  if (idempotent !== true) return (call) => operation.run(call);
  return (call, request) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || call.caller === undefined) return operation.run(call);
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new HttpError('invalid_request', 'Idempotency-Key: 1 to 255 visible ASCII characters.');
    }
    const scope = `${call.caller.token_id} ${request.method} ${request.url}`;
    // Callers make keys of what they have at hand; by its hash one is found again as well.
    const slot = { scope, key: sha256(key), bodyHash: bodyHash(call.body) };
    const credentials = String(request.headers['authorization']);
    return runOnce(port, slot, { wrapping: sealedWith(credentials), run: () => operation.run(call) });
  };
}

/** How an answer is kept: sealed under the caller's own token, because it repeats what the caller sent. */
type Wrapping = { wrap(text: string): Uint8Array; unwrap(bytes: Uint8Array): string };

function sealedWith(credentials: string): Wrapping {
  return { wrap: (text) => seal(text, credentials), unwrap: (bytes) => openSealed(bytes, credentials) };
}

async function runOnce(
  { idempotency, onNotKept }: IdempotencyPort,
  { scope, key, bodyHash }: { scope: string; key: string; bodyHash: string },
  { wrapping, run }: { wrapping: Wrapping; run: () => Answer | Promise<Answer> },
): Promise<Answer> {
  const turn = await idempotency.begin(scope, key, bodyHash);
  if (turn === 'conflict') {
    throw new HttpError('idempotency_conflict', 'This Idempotency-Key was used with another body.');
  }
  if (turn !== 'run') return replayed(turn.replay, wrapping);
  let answer: Answer;
  try {
    answer = await run();
  } catch (error) {
    idempotency.abandon(scope, key);
    throw error;
  }
  if (answer.isPassing === true) {
    idempotency.abandon(scope, key);
    return answer;
  }
  try {
    await idempotency.finish(scope, key, { status: answer.status, body: wrapping.wrap(String(answer.body)) });
  } catch (cause) {
    idempotency.abandon(scope, key);
    onNotKept(cause);
  }
  return answer;
}

function replayed({ status, body }: KeptAnswer, wrapping: Wrapping): Answer {
  return {
    ...json(null, status),
    body: wrapping.unwrap(body),
    headers: { 'idempotent-replayed': 'true' },
  };
}
