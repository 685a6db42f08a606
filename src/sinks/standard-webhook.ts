import { createHash, createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/**
 * The keys in a configured secret: `whsec_` and base64 of 24 to 64 bytes each, several with white space between them
 * while one takes the place of another. `undefined` for any other text.
 */
export function webhookKeys(secret: string): Buffer[] | undefined {
  const keys = secret.trim().split(/\s+/).map(keyOf);
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function keyOf(text: string): Buffer | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const base64 = text.slice(PREFIX.length);
  const key = Buffer.from(base64, 'base64');
  const isWhole = key.toString('base64').replaceAll('=', '') === base64.replaceAll('=', '');
  return isWhole && key.length >= MIN_SECRET_BYTES && key.length <= MAX_SECRET_BYTES ? key : undefined;
}

/**
 * The headers of a message by Standard Webhooks 1.0 (symmetric, `v1`), one signature a key. The id comes from the body
 * alone, so the same message has the same id however often and from whichever start it is sent.
 */
export function webhookHeaders(
  body: Buffer,
  { keys, nowMs }: { keys: readonly Buffer[]; nowMs: number },
): Record<string, string> {
  const id = `msg_${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = keys.map((key) => {
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return `v1,${signed}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
