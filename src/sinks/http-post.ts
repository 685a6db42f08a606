import type { Outcome } from './outcome.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
/** The longest wait a target may ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Statuses below 500 that say something of the target, the way there or our right to call it, and nothing of the
 * events: they are sent again. Any other 4xx is a refusal of what was sent.
 */
const NOT_THE_EVENTS = new Set([401, 402, 403, 404, 405, 407, 408, 410, 421, 423, 425, 429]);

export type Post = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  timeoutMs: number;
};

/** What the target answered where it took the message: its body, as far as it was read. */
export type Posted = { outcome: Outcome; answer: string };

/** Posts one message. Follows no redirect, never rejects, and lets no answer fill the memory. */
export async function post(message: Post, signal: AbortSignal): Promise<Posted> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(message.timeoutMs)]);
  try {
    const response = await fetch(message.url, {
      method: 'POST',
      headers: message.headers,
      body: new Uint8Array(message.body),
      redirect: 'manual',
      signal: limit,
    });
    const answer = await readSome(response);
    return { outcome: outcomeOf(response), answer };
  } catch (error) {
    return { outcome: { type: 'failed', error: errorText(error, message.timeoutMs) }, answer: '' };
  }
}

function outcomeOf({ status, headers }: Response): Outcome {
  if (status >= 200 && status < 300) return { type: 'delivered' };
  const error = `HTTP ${status}`;
  if (status >= 400 && status < 500 && !NOT_THE_EVENTS.has(status)) return { type: 'refused', error };
  if (status >= 300 && status < 400) return { type: 'failed', error: `${error}: redirects are not followed` };
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  return { type: 'failed', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds, or a date (RFC 9110). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms)) : undefined;
}

/** The status is the answer: what becomes of the body of it, no delivery fails for. */
async function readSome({ body }: Response): Promise<string> {
  if (body === null) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      size += piece.length;
      if (size > MAX_ANSWER_BYTES) return '';
    }
  } catch {
    return '';
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What the system says, without the address of the target, which may hold a secret in its path. */
function errorText(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  if (error.name === 'AbortError') return 'stopped';
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : cause.message.slice(0, 200);
}
