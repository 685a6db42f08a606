import type { Channel } from './outcome.ts';
import { webhookChannel } from './webhook.ts';
import type { SinkTarget } from './wire.ts';

/** The way out that a sink is configured for. */
export function channelFor({ sink, secrets }: SinkTarget, clock: () => number): Channel {
  const { authorization, keys = [] } = secrets;
  return webhookChannel(sink, {
    clock,
    keys: keys.map((key) => Buffer.from(key)),
    ...(authorization === undefined ? {} : { authorization }),
  });
}
