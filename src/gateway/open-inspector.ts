import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { InspectionThreads } from '../inspection/inspection-threads.ts';
import { Inspector } from '../inspection/inspector.ts';
import type { LogSide } from './open-log-side.ts';
import type { Rules } from './open-rules.ts';

/** What inspects texts, under the settings that are active when each inspection begins. */
export function openInspector(
  config: Config,
  logger: Logger,
  { side, rules: { bundles, metrics } }: { side: LogSide; rules: Rules },
): Inspector {
  const settings = () => bundles.active.guard;
  const { observe, countFailure } = metrics.watchInspections(() => threads.waiting);
  const threads = new InspectionThreads({
    ...{ count: config.inspection_threads, settings },
    onFailure: (reason, cause) => {
      countFailure(reason);
      if (reason === 'ended') logger.error({ err: cause }, 'a thread that inspects texts has ended');
    },
  });
  return new Inspector({ guard: side.guard, settings, threads, observe });
}
