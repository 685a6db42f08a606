import { Counter, Gauge, type Registry } from 'prom-client';

const STATES = ['open', 'busy', 'broken', 'closed'] as const;

/** How the audit log is. */
export type AuditFigures = {
  state: (typeof STATES)[number];
  waiting: number;
  bytes: number;
  next_sequence: number;
  /** Attempts to write a checkpoint that failed. */
  checkpoint_failures: number;
};

/** Registers what is known of the log; `figures` is asked at a scrape and then only. */
export function registerAuditMetrics(registry: Registry, figures: () => AuditFigures): void {
  const registers = [registry];
  const gauge = (name: string, help: string, member: 'waiting' | 'bytes' | 'next_sequence') =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(figures()[member]);
      },
    });
  gauge('aisecops_audit_waiting_events', 'Events that wait to become durable.', 'waiting');
  gauge('aisecops_audit_log_bytes', 'Durable bytes of the audit log.', 'bytes');
  gauge('aisecops_audit_next_sequence', 'Sequence the next audit event will get.', 'next_sequence');
  new Counter({
    name: 'aisecops_audit_checkpoint_failures_total',
    help: 'Attempts to write a checkpoint that failed.',
    registers,
    collect() {
      this.reset();
      this.inc(figures().checkpoint_failures);
    },
  });
  new Gauge({
    name: 'aisecops_audit_state',
    help: 'State of the audit log: 1 for the one it is in, 0 for the others.',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = figures();
      for (const each of STATES) this.set({ state: each }, each === state ? 1 : 0);
    },
  });
}
