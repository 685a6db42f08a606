import { Gauge, Histogram, type Registry } from 'prom-client';
import { createTally } from './tally.ts';

const BUCKETS_SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Told of each inspection of texts, and of those that could not be made. */
export type ObserveInspections = {
  observe(place: 'loop' | 'thread', seconds: number): void;
  countFailure(reason: 'full' | 'ended'): void;
};

/** What is measured of the inspection of texts. `waiting`: those that have not begun. */
export function registerInspectionMetrics(registry: Registry, waiting: () => number): ObserveInspections {
  const durations = new Histogram({
    name: 'aisecops_inspection_duration_seconds',
    help: 'How long the inspection of the texts of one request was waited for, by where it was made.',
    labelNames: ['place'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const failures = createTally(registry, {
    name: 'aisecops_inspection_failures_total',
    help: 'Inspections that found the queue full, and threads that ended by themselves.',
    labelNames: ['reason'],
  });
  new Gauge({
    name: 'aisecops_inspection_waiting',
    help: 'Inspections of large texts that wait for a thread.',
    registers: [registry],
    collect() {
      this.set(waiting());
    },
  });
  const places = { loop: durations.labels('loop'), thread: durations.labels('thread') };
  return {
    observe: (place, seconds) => places[place].observe(seconds),
    countFailure: (reason) => failures.cell({ reason }).add(),
  };
}
