import type { Logger } from 'pino';
import type { RecorderWatcher } from '../recorder/recorder.ts';

/** Tells people what the recorder cannot do, and counts it. */
export type LogWatch = RecorderWatcher & { readonly checkpointFailures: number };

export function createLogWatch(logger: Logger): LogWatch {
  let checkpointFailures = 0;
  return {
    get checkpointFailures() {
      return checkpointFailures;
    },
    onCheckpointFailure: (error) => {
      checkpointFailures += 1;
      logger.error({ err: error }, 'a checkpoint of the audit log could not be written');
    },
    onBroken: (error) =>
      logger.fatal({ err: error }, 'the audit log takes no more events: look at its disk, then start again'),
  };
}
