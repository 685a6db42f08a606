import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { keepRetention } from '../retention/schedule.ts';
import { clock } from './clock.ts';
import type { LogSide } from './open-log-side.ts';

/** Purges what is older than the configured days, now and again; the function returned ends it. */
export function openRetention(config: Config, logger: Logger, { purge }: LogSide): () => void {
  return keepRetention({
    ...{ purge, clock },
    ...(config.retention_days !== undefined && { days: config.retention_days }),
    onPurged: (plan) =>
      logger.info(plan, 'the oldest segments of the audit log were purged, as far as no hold keeps them'),
    onError: (error) => logger.error({ err: error }, 'purging the audit log failed'),
  });
}
