import { Gauge, Histogram, type Registry } from 'prom-client';
import { createTally } from './tally.ts';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Told of each question to a model. `result` is one of a few words. */
export type ObserveClassifier = (result: string, seconds: number) => void;

/** What is measured of a model that is asked about texts. `isOpen`: it is left alone for now. */
export function registerClassifierMetrics(registry: Registry, isOpen: () => boolean): ObserveClassifier {
  const requests = createTally(registry, {
    name: 'aisecops_classifier_requests_total',
    help: 'Questions to the classifier by result.',
    labelNames: ['result'],
  });
  const duration = new Histogram({
    name: 'aisecops_classifier_duration_seconds',
    help: 'How long plans waited for the classifier.',
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  new Gauge({
    name: 'aisecops_classifier_circuit_open',
    help: '1 while the classifier is left alone, because it failed too often.',
    registers: [registry],
    collect() {
      this.set(isOpen() ? 1 : 0);
    },
  });
  return (result, seconds) => {
    requests.cell({ result }).add();
    duration.observe(seconds);
  };
}
