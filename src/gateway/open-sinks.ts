import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { HeldBack } from '../ingest/held-back.ts';
import { Sinks } from '../sinks/sinks.ts';
import type { SinkTarget } from '../sinks/wire.ts';
import type { LogSide } from './open-log-side.ts';

type Parts = { config: Config; logger: Logger; side: LogSide; followed: HeldBack };

/** What takes events elsewhere; nothing is sent before it is started. */
export function openSinks({ config, logger, side, followed }: Parts, targets: SinkTarget[]) {
  const { log, record, exporting } = side;
  const directory = join(resolve(config.data_dir), 'sinks');
  const onFailure = (error: unknown) => logger.error({ err: error }, 'the sinks met a failure');
  return new Sinks({ auditFile: exporting.auditFile, log, followed, record, directory, targets, onFailure });
}
