import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogReader } from '../audit/log-reader.ts';
import { waitAfter } from './backoff.ts';
import { type DeadLetter, DeadLetters, type LetterEntry, letterId } from './dead-letters.ts';
import { type FollowedLine, FollowedLogs } from './followed-logs.ts';
import { endPlace, LogFeed, type LogPlace, type Moved } from './log-feed.ts';
import type { Channel, Outcome } from './outcome.ts';
import { lineOf, refusedLetter } from './refused-letter.ts';
import type { SinkConfig } from './sink-config.ts';
import { type HealthWord, SinkHealth } from './sink-health.ts';
import { keepPosition, placeIn, readPosition } from './sink-position.ts';
import type { SinkStatus, SinkWord } from './sink-status.ts';
import { Wakeup } from './wakeup.ts';

/** How often an event is offered that is refused, before it becomes a dead letter. */
const OFFERS = 3;
/** Events that are passed over without an attempt are noted no more often than this. */
const KEEP_INTERVAL_MS = 1_000;
/** Somebody says when there is news; this is for the word that got lost. */
const IDLE_MS = 5_000;
const FULL_WAIT_MS = 60_000;

export type RunnerDeps = {
  sink: SinkConfig;
  channel: Channel;
  log: LogReader;
  /** The name of the log. */
  origin: string;
  /** Where position and dead letters are kept. */
  directory: string;
  /** Bytes of the log that are durable. */
  durable(): number;
  clock(): number;
  /** In [0, 1). */
  random(): number;
  /** What the log is to be told. */
  say(word: SinkWord): void;
  /** Begin nothing more; and a little later: give up what is on its way. */
  stopping: AbortSignal;
  giveUp: AbortSignal;
};

type Opened = { feed: LogFeed; letters: DeadLetters; health: SinkHealth };

/**
 * Takes the events of the log to one target, in their order, each at least once.
 *
 * It goes on from where it was when the target had taken what came before, also after a crash. A target that is down
 * costs nothing but waiting: the events stay in the log. Nothing that goes wrong here ends it.
 */
export class SinkRunner {
  readonly #deps: RunnerDeps;
  readonly #news = new Wakeup();
  readonly #again = new Wakeup();
  #opened: Opened | undefined;
  #resend = new Set<string>();
  #keptMs = 0;
  #isFull = false;
  #failed = 0;
  #delivered = 0;
  #error: string | undefined;
  #nextAttemptMs: number | undefined;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  status(): SinkStatus {
    const { name, kind } = this.#deps.sink;
    const place = this.#opened?.feed.place;
    return {
      name,
      kind,
      state: this.#isFull ? 'full' : this.#error === undefined ? 'running' : 'failing',
      ...(place === undefined ? {} : { next_sequence: place.sequence }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#nextAttemptMs === undefined
        ? {}
        : { next_attempt_at: new Date(this.#nextAttemptMs).toISOString() }),
      dead_letters: this.letters().length,
      delivered: this.#delivered,
      failures: this.#failed,
    };
  }

  letters(): readonly LetterEntry[] {
    return this.#opened?.letters.entries ?? [];
  }

  /** More of the log is durable. */
  wake(): void {
    this.#news.wake();
  }

  /** Tries again now what is waiting, and these dead letters. */
  retry(letters: readonly string[]): void {
    for (const letter of letters) this.#resend.add(letter);
    this.#again.wake();
    this.#news.wake();
  }

  /** Runs until it is stopped. Never rejects. */
  async run(): Promise<void> {
    while (!this.#deps.stopping.aborted) {
      try {
        this.#opened ??= await this.#open();
        await this.#resendLetters(this.#opened);
        if (!(await this.#step(this.#opened))) await this.#news.wait(IDLE_MS, this.#deps.stopping);
      } catch (error) {
        await this.#afterFailure({ error: error instanceof Error ? error.message : String(error) });
      }
    }
    // Without it the next start sends a little more again.
    if (this.#opened !== undefined) await this.#keep(this.#opened).catch(() => undefined);
  }

  async #open(): Promise<Opened> {
    const { log, durable, clock, origin, directory, sink } = this.#deps;
    await mkdir(directory, { recursive: true, mode: 0o750 });
    const letters = await DeadLetters.open(join(directory, `${sink.name}.dead.jsonl`));
    const kept = await readPosition(this.#positionFile);
    const place = kept === undefined ? await this.#firstPlace() : placeIn(kept);
    const feed = await LogFeed.open(
      { logs: new FollowedLogs(log), durable, onMoved: (moved) => this.#moved(moved) },
      { ...place, isOfThisLog: kept === undefined || kept.origin === origin },
    );
    const opened = { feed, letters, health: new SinkHealth(clock, kept?.is_failing ?? false) };
    await this.#keep(opened);
    return opened;
  }

  async #firstPlace(): Promise<LogPlace> {
    const { sink, log, durable } = this.#deps;
    return sink.from === 'end' ? endPlace(log, durable()) : { sequence: 0, offset: 0 };
  }

  /** Brings the next events away. False where there are none. */
  async #step(opened: Opened): Promise<boolean> {
    const { feed } = opened;
    const { sink, clock } = this.#deps;
    const lines = await feed.next();
    const last = lines.at(-1);
    if (last === undefined) return false;
    const wanted = lines.filter(({ event }) => isWanted(event, sink)).slice(0, sink.batch_events);
    if (!(await this.#deliver(opened, wanted))) return true;
    feed.pass(wanted.length < sink.batch_events ? last : (wanted.at(-1) ?? last));
    if (wanted.length > 0 || clock() - this.#keptMs >= KEEP_INTERVAL_MS) await this.#keep(opened);
    return true;
  }

  /** Answers whether the sink may go on behind these events: they are delivered, or dead letters. */
  async #deliver(opened: Opened, lines: readonly FollowedLine[]): Promise<boolean> {
    if (lines.length === 0) return true;
    const outcome = await this.#send(opened, lines);
    if (outcome.type !== 'refused') return outcome.type === 'delivered';
    // Somewhere among them is what the target will not have: one by one, only that becomes a dead letter.
    for (const line of lines) {
      if (!(await this.#deliverAlone(opened, line))) return false;
      opened.feed.pass(line);
      await this.#keep(opened);
    }
    return true;
  }

  async #deliverAlone(opened: Opened, line: FollowedLine): Promise<boolean> {
    for (let offer = 1; ; offer += 1) {
      const outcome = await this.#send(opened, [line]);
      if (outcome.type !== 'refused') {
        this.#isFull = false;
        return outcome.type === 'delivered';
      }
      const letter = refusedLetter(line, { error: outcome.error, attempts: offer }, this.#now());
      if (offer < OFFERS) await this.#afterFailure(outcome);
      else if (opened.letters.entries.length < this.#deps.sink.max_dead_letters)
        return this.#bury(opened, letter);
      else await this.#waitForRoom(opened, letter);
      if (this.#deps.stopping.aborted) return false;
    }
  }

  /** Sends until the target has taken the events or refused them, or the sink is stopped. */
  async #send(opened: Opened, lines: readonly FollowedLine[]): Promise<Outcome> {
    for (;;) {
      const outcome = await this.#deps.channel.send(lines, this.#deps.giveUp);
      if (outcome.type === 'delivered') {
        this.#delivered += lines.length;
        this.#error = undefined;
        await this.#say(opened, opened.health.succeeded());
      }
      if (outcome.type !== 'failed' || this.#deps.stopping.aborted) return outcome;
      await this.#afterFailure(outcome);
      if (this.#deps.stopping.aborted) return outcome;
    }
  }

  /** No more dead letters can be kept: what waits is offered again after a while, or when somebody asks for that. */
  async #waitForRoom(opened: Opened, { error }: DeadLetter): Promise<void> {
    this.#isFull = true;
    this.#error = `${error}, and there is no room for another dead letter`;
    this.#failed += 1;
    await this.#say(opened, opened.health.failed());
    await this.#again.wait(FULL_WAIT_MS, this.#deps.stopping);
    await this.#resendLetters(opened);
  }

  async #bury(opened: Opened, letter: DeadLetter): Promise<boolean> {
    this.#isFull = false;
    await opened.letters.add(letter);
    this.#failed += 1;
    this.#error = undefined;
    return true;
  }

  /** Sends once more the dead letters that somebody asked for, each once. */
  async #resendLetters(opened: Opened): Promise<void> {
    if (this.#resend.size === 0) return;
    const { letters, health } = opened;
    const asked = await letters.read(this.#resend);
    this.#resend = new Set();
    const delivered = new Set<string>();
    const refused = new Map<string, DeadLetter>();
    for (const letter of asked) {
      const line = lineOf(letter);
      const outcome = await this.#deps.channel.send([line], this.#deps.giveUp);
      if (outcome.type === 'delivered') delivered.add(letterId(letter));
      else
        refused.set(
          letterId(letter),
          refusedLetter(line, { ...outcome, attempts: letter.attempts + 1 }, this.#now()),
        );
      // A target that is down is asked no further; whoever asked can ask again.
      if (outcome.type === 'failed' || this.#deps.stopping.aborted) break;
    }
    this.#delivered += delivered.size;
    if (delivered.size > 0) await this.#say(opened, health.succeeded());
    await letters.settle(delivered, refused);
  }

  async #afterFailure({ error, retryAfterMs }: { error: string; retryAfterMs?: number }): Promise<void> {
    const { sink, clock, random, stopping } = this.#deps;
    if (stopping.aborted) return;
    this.#failed += 1;
    this.#error = error;
    const health = this.#opened?.health;
    if (this.#opened !== undefined) await this.#say(this.#opened, health?.failed());
    const backoff = { firstMs: sink.retry_first_ms, maxMs: sink.retry_max_ms };
    const waitMs = waitAfter(health?.failures ?? 1, backoff, {
      random: random(),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    this.#nextAttemptMs = clock() + waitMs;
    await this.#again.wait(waitMs, stopping);
    this.#nextAttemptMs = undefined;
  }

  /** Tells the log, and keeps in mind that it was told: a restart says nothing twice. */
  async #say(opened: Opened, word: HealthWord | undefined): Promise<void> {
    if (word === undefined) return;
    const { name, kind, next_sequence, dead_letters } = this.status();
    const error = word === 'sink_failing' && this.#error !== undefined ? { error: this.#error } : {};
    this.#deps.say({
      event_type: word,
      payload: { sink: name, kind, next_sequence, dead_letters, ...error },
    });
    await this.#keep(opened).catch(() => undefined);
  }

  #moved({ reason, from, to }: Moved): void {
    const { name, kind } = this.#deps.sink;
    const payload = { sink: name, kind, reason, from_sequence: from, to_sequence: to };
    this.#deps.say({ event_type: 'sink_repositioned', payload });
  }

  async #keep({ feed, health }: Opened): Promise<void> {
    const { origin, clock } = this.#deps;
    await keepPosition(this.#positionFile, { origin, ...feed.place, is_failing: health.isSaid });
    this.#keptMs = clock();
  }

  get #positionFile(): string {
    return join(this.#deps.directory, `${this.#deps.sink.name}.json`);
  }

  #now(): string {
    return new Date(this.#deps.clock()).toISOString();
  }
}

function isWanted(event: FollowedLine['event'], { event_types, decisions }: SinkConfig): boolean {
  return (
    (event_types === undefined || event_types.includes(event.event_type)) &&
    (decisions === undefined || decisions.some((decision) => decision === event.decision))
  );
}
