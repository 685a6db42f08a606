import { Counter, Gauge, type Registry } from 'prom-client';

/** What a scrape shows of one sink. Counts are since the start. */
export type SinkFigure = {
  name: string;
  /** Absent while the sink does not know where it is. */
  lag_events?: number;
  dead_letters: number;
  delivered: number;
  failures: number;
};

/** `read` is called once a scrape for each metric; where it fails the sinks are missing from the scrape. */
export function registerSinkMetrics(registry: Registry, read: () => Promise<SinkFigure[]>): void {
  const add = (
    Metric: typeof Gauge | typeof Counter,
    { name, help }: { name: string; help: string },
    value: (figure: SinkFigure) => number | undefined,
  ) => {
    const metric = new Metric({
      name,
      help,
      labelNames: ['sink'],
      registers: [registry],
      async collect() {
        const figures = await read().catch(() => []);
        // From here on nothing waits: two scrapes at once would add up.
        metric.reset();
        for (const figure of figures) {
          const found = value(figure);
          if (found !== undefined) metric.inc({ sink: figure.name }, found);
        }
      },
    });
  };
  add(
    Gauge,
    { name: 'aisecops_sink_lag_events', help: 'Events between a sink and the end of the log.' },
    ({ lag_events }) => lag_events,
  );
  add(
    Gauge,
    { name: 'aisecops_sink_dead_letters', help: 'Events that the target of a sink refused.' },
    ({ dead_letters }) => dead_letters,
  );
  add(
    Counter,
    { name: 'aisecops_sink_delivered_total', help: 'Events that a sink has delivered.' },
    ({ delivered }) => delivered,
  );
  add(
    Counter,
    { name: 'aisecops_sink_failures_total', help: 'Attempts of a sink that failed.' },
    ({ failures }) => failures,
  );
}
