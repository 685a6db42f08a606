import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { Sinks } from '../sinks/sinks.ts';
import type { SinkTarget } from '../sinks/wire.ts';
import type { LogSide } from './open-log-side.ts';

/** What takes events elsewhere; nothing is sent before it is started. */
export function openSinks(
  config: Config,
  logger: Logger,
  { log, record, exporting }: LogSide,
  targets: SinkTarget[],
) {
  const directory = join(resolve(config.data_dir), 'sinks');
  const onFailure = (error: unknown) => logger.error({ err: error }, 'the sinks met a failure');
  return new Sinks({ auditFile: exporting.auditFile, log, record, directory, targets, onFailure });
}
