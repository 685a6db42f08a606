import { createHttpClassifier, type HttpClassifier } from '../classifier/http-classifier.ts';
import { type Config, classifierAuthorization } from '../config.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** The model that is asked about texts, where one is configured. */
export function openClassifier(
  { classifier: config }: Config,
  metrics: Metrics,
): { classifier?: HttpClassifier } {
  if (config === undefined) return {};
  const authorization = classifierAuthorization(config);
  const observe = metrics.watchClassifier(() => classifier.isOpen);
  const classifier = createHttpClassifier({
    ...{ config, clock: () => performance.now(), observe },
    ...(authorization !== undefined && { authorization }),
  });
  return { classifier };
}
