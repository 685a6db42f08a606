import type { EventGroup } from '../audit/event.ts';
import type { Caller } from '../tokens/caller.ts';
import { type LetterEntry, letterId } from './dead-letters.ts';
import { EventStreams } from './event-streams.ts';
import { SinkLink } from './sink-link.ts';
import type { SinkStatus } from './sink-status.ts';
import type { SinkReport, SinkTarget } from './wire.ts';

/** How long news of the log may wait. Looked at beside the decisions, so that none of them has to say it. */
const NEWS_INTERVAL_MS = 100;

/** No sink of this name is configured. */
export class SinkError extends Error {
  readonly code = 'sink_not_found';
}

type Deps = {
  auditFile: string;
  /** The log: its name, and the event that comes next in it. */
  log: { readonly origin: string; readonly nextSequence: number };
  /** How much of it may be followed. */
  followed: { readonly size: number };
  /** Where positions and dead letters are kept. */
  directory: string;
  targets: readonly SinkTarget[];
  record(group: EventGroup): Promise<unknown>;
  onFailure(error: unknown): void;
};

/** How a sink is, and how many events are between it and the end of the log. */
export type SinkFigures = SinkStatus & { lag_events?: number };
export type SinkLetter = LetterEntry & { sink: string };

/** What takes the log's events elsewhere, on a thread of its own. Nothing here is on the way of a decision. */
export class Sinks {
  /** For those who watch the log over HTTP; read on the same thread. */
  readonly streams: EventStreams;
  readonly #deps: Deps;
  readonly #link: SinkLink;
  #timer: NodeJS.Timeout | undefined;
  #toldSize = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { auditFile, log, followed, directory, targets } = deps;
    this.#link = new SinkLink({
      data: () => ({ auditFile, origin: log.origin, directory, targets, durable: followed.size }),
      onWord: ({ event_type, payload }) => {
        deps.record({ context: {}, events: [{ event_type, payload }] }).catch(deps.onFailure);
      },
      onFailure: deps.onFailure,
    });
    this.streams = new EventStreams({
      log: followed,
      start: (ask) => this.#link.call('streamStart', ask),
      read: (ask) => this.#link.call('streamPart', ask),
    });
  }

  /** Begins to deliver, where there is anything to deliver to. */
  start(): void {
    if (this.#deps.targets.length === 0) return;
    this.#link.start();
    this.#timer = setInterval(() => this.#tellNews(), NEWS_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Every sink that is configured, by name. */
  async figures(): Promise<SinkFigures[]> {
    return (await this.#reports()).map(({ status }) => this.#withLag(status));
  }

  /** Dead letters of a tenant (`*`: of all), of one sink or of all, oldest first in each. */
  async letters(tenantId: string, sink?: string): Promise<SinkLetter[]> {
    const reports = await this.#reports();
    if (sink !== undefined) named(reports, sink);
    return reports
      .filter(({ status }) => sink === undefined || status.name === sink)
      .flatMap(({ status: { name }, letters }) =>
        letters.filter((letter) => isVisible(letter, tenantId)).map((letter) => ({ sink: name, ...letter })),
      );
  }

  /**
   * Has the sink try again now, and with it the dead letters that the caller can see. Answers how many those are, once
   * the log says so. Rejects with `sink_not_found`.
   */
  async retry(sink: string, { tenant_id, name }: Caller): Promise<number> {
    const { letters } = named(await this.#reports(), sink);
    const visible = letters.filter((one) => isVisible(one, tenant_id)).map(letterId);
    const payload = { sink, letters: visible.length, by: name };
    const context = tenant_id === '*' ? {} : { tenant_id };
    await this.#deps.record({ context, events: [{ event_type: 'sink_retried', payload }] });
    this.#link.post({ type: 'retry', sink, letters: visible });
    return visible.length;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#link.close();
  }

  async #reports(): Promise<SinkReport[]> {
    return this.#deps.targets.length === 0 ? [] : this.#link.call('report', undefined);
  }

  #withLag(status: SinkStatus): SinkFigures {
    if (status.next_sequence === undefined) return status;
    return { ...status, lag_events: Math.max(0, this.#deps.log.nextSequence - status.next_sequence) };
  }

  #tellNews(): void {
    const { size } = this.#deps.followed;
    if (size === this.#toldSize) return;
    this.#toldSize = size;
    this.#link.post({ type: 'durable', size });
  }
}

function named(reports: readonly SinkReport[], sink: string): SinkReport {
  const report = reports.find(({ status }) => status.name === sink);
  if (report !== undefined) return report;
  throw new SinkError(`There is no sink ${sink}.`);
}

function isVisible({ tenant_id }: LetterEntry, tenantId: string): boolean {
  return tenantId === '*' || tenant_id === tenantId;
}
