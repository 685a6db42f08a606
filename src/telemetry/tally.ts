import { Counter, type Registry } from 'prom-client';

/** One label combination of a tally; `add` is an integer addition and nothing else. */
export type Cell = { add(): void };

/** Counts by label, cheap enough for the hot path: label values are resolved once, sums reach the registry at a scrape. */
export type Tally<L extends string> = { cell(labels: Readonly<Record<L, string>>): Cell };

/**
 * Registers a counter whose cells callers keep. Cells live as long as the process, so the caller MUST bound the
 * label values it asks for.
 */
export function createTally<L extends string>(
  registry: Registry,
  metric: { name: string; help: string; labelNames: readonly L[] },
): Tally<L> {
  const cells = new Map<string, { labels: Readonly<Record<L, string>>; count: number }>();
  new Counter({
    ...metric,
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, count } of cells.values()) this.inc(labels, count);
    },
  });
  return {
    cell: (labels) => {
      const key = JSON.stringify(metric.labelNames.map((name) => labels[name]));
      const cell = cells.get(key) ?? { labels, count: 0 };
      cells.set(key, cell);
      return {
        add: () => {
          cell.count += 1;
        },
      };
    },
  };
}
