import { hostname } from 'node:os';
import { productVersion } from '../version.ts';
import { otlpChannel } from './otlp.ts';
import type { Channel } from './outcome.ts';
import { syslogChannel } from './syslog.ts';
import { webhookChannel } from './webhook.ts';
import type { SinkTarget } from './wire.ts';

/** The way out that a sink is configured for. `origin` is the name of the log. */
export function channelFor(
  { sink, secrets }: SinkTarget,
  { origin, clock }: { origin: string; clock: () => number },
): Channel {
  const { authorization, keys = [] } = secrets;
  const header = authorization === undefined ? {} : { authorization };
  const about = { origin, version: productVersion() };
  switch (sink.kind) {
    case 'webhook':
      return webhookChannel(sink, { clock, keys: keys.map((key) => Buffer.from(key)), ...header });
    case 'syslog':
      return syslogChannel(sink, { ...about, host: hostname() });
    case 'otlp':
      return otlpChannel(sink, { ...about, ...header });
  }
}
