import type { LogLine } from '../audit/read-forward.ts';
import { post } from './http-post.ts';
import type { Channel } from './outcome.ts';
import type { WebhookConfig } from './sink-config.ts';
import { webhookHeaders } from './standard-webhook.ts';

const NEWLINE = Buffer.from('\n');

/** Posts events as JSON lines, each the exact line of the log, signed as a whole. */
export function webhookChannel(
  { url, timeout_ms }: WebhookConfig,
  { keys, authorization, clock }: { keys: readonly Buffer[]; authorization?: string; clock: () => number },
): Channel {
  return {
    async send(lines, signal) {
      const body = jsonLines(lines);
      const log = lines[0]?.from?.log;
      const headers = {
        'content-type': 'application/x-ndjson',
        'user-agent': 'aisecops-interceptor',
        ...(authorization === undefined ? {} : { authorization }),
        ...(log === undefined ? {} : { 'aisecops-log': log }),
        ...webhookHeaders(body, { keys, nowMs: clock() }),
      };
      return (await post({ url, headers, body, timeoutMs: timeout_ms }, signal)).outcome;
    },
  };
}

function jsonLines(lines: readonly LogLine[]): Buffer {
  return Buffer.concat(lines.flatMap(({ raw }) => [raw, NEWLINE]));
}
