import { type Origin, originOf } from './formats/format.ts';
import { toOtlp } from './formats/otlp.ts';
import { post } from './http-post.ts';
import type { Channel, Outcome } from './outcome.ts';
import type { OtlpConfig } from './sink-config.ts';

/** Exports events as OpenTelemetry logs, by OTLP/HTTP in JSON. */
export function otlpChannel(
  { url, timeout_ms }: OtlpConfig,
  { authorization, ...origin }: Origin & { authorization?: string },
): Channel {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'aisecops-interceptor',
    ...(authorization === undefined ? {} : { authorization }),
  };
  return {
    async send(lines, signal) {
      const body = Buffer.from(JSON.stringify(toOtlp(lines, originOf(lines[0] ?? {}, origin))));
      const { outcome, answer } = await post({ url, headers, body, timeoutMs: timeout_ms }, signal);
      return outcome.type === 'delivered' ? outcomeIn(answer) : outcome;
    },
  };
}

/**
 * A collector may take a part of the records and say only how many it did not. It is not asked which: sent one by one,
 * they show. Those it had taken already come twice, under the same event id.
 */
function outcomeIn(answer: string): Outcome {
  const rejected = rejectedIn(answer);
  return rejected === 0
    ? { type: 'delivered' }
    : { type: 'refused', error: `the collector rejected ${rejected} log records` };
}

function rejectedIn(answer: string): number {
  try {
    const { partialSuccess } = JSON.parse(answer) as { partialSuccess?: { rejectedLogRecords?: unknown } };
    const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
    return Number.isFinite(rejected) ? rejected : 0;
  } catch {
    // An empty answer, or one of another form: the status has said it all.
    return 0;
  }
}
