import { logFiles } from '../audit/log-files.ts';
import type { LogReader } from '../audit/log-reader.ts';
import { EventsGone } from '../audit/read-forward.ts';
import { eventBefore, hashBefore } from '../audit/read-groups.ts';
import { type FollowedLine, type FollowedLogs, type FollowPlace, placeBehind } from './followed-logs.ts';

/**
 * A place between two lines: the event of the gateway's log that comes next, its byte, the hash of the event before, and
 * what comes before it of a log that was taken over.
 */
export type LogPlace = FollowPlace & { sequence: number; hash?: string };

/** A place that had to be given up, because what comes next there cannot be read any more. */
export type Moved = { reason: 'events_gone' | 'foreign_position'; from: number; to: number };

type Deps = {
  logs: FollowedLogs;
  /** Bytes of the log that are durable. */
  durable(): number;
  onMoved(moved: Moved): void;
};

/** The lines of the log from a place on, as they become durable. */
export class LogFeed {
  readonly #deps: Deps;
  #place: LogPlace;
  #lines: FollowedLine[] = [];

  private constructor(deps: Deps, place: LogPlace) {
    this.#deps = deps;
    this.#place = place;
  }

  /** Begins at a place if it is one of this log, and otherwise with the oldest event that is kept. */
  static async open(deps: Deps, place: LogPlace & { isOfThisLog: boolean }): Promise<LogFeed> {
    const { isOfThisLog, ...wanted } = place;
    if (isOfThisLog && (await isThere(deps, wanted))) return new LogFeed(deps, wanted);
    const start = await oldestPlace(deps.logs.log);
    deps.onMoved({ reason: 'foreign_position', from: wanted.sequence, to: start.sequence });
    return new LogFeed(deps, start);
  }

  /** Where the next line begins that was not passed yet. */
  get place(): LogPlace {
    return this.#place;
  }

  /** The next lines; none where everything durable was passed. The same ones again until they are passed. */
  async next(): Promise<readonly FollowedLine[]> {
    if (this.#lines.length === 0) this.#lines = await this.#read();
    return this.#lines;
  }

  /** Goes on behind a line that `next` gave out. */
  pass(line: FollowedLine): void {
    const { part: _, ...place } = this.#place;
    const { event } = line;
    const own = line.from === undefined ? { sequence: event.sequence + 1, hash: event.hash } : {};
    this.#place = { ...place, ...own, ...placeBehind(line, this.#place) };
    this.#lines = this.#lines.filter(({ end }) => end > line.end);
  }

  async #read(): Promise<FollowedLine[]> {
    const { logs, durable, onMoved } = this.#deps;
    try {
      return await logs.read(this.#place, durable());
    } catch (error) {
      if (!(error instanceof EventsGone)) throw error;
      onMoved({ reason: 'events_gone', from: this.#place.sequence, to: error.oldest.sequence });
      this.#place = error.oldest;
      return logs.read(this.#place, durable());
    }
  }
}

/** The place behind what is durable. Throws where no intact line ends there. */
export async function endPlace(log: LogReader, durable: number): Promise<LogPlace> {
  const last = await eventBefore(log, durable);
  if (last === undefined) throw new Error(`the log has no intact line before byte ${durable}`);
  return { sequence: last.sequence + 1, offset: durable, hash: last.hash };
}

async function oldestPlace(log: LogReader): Promise<LogPlace> {
  const [oldest] = await logFiles(log.auditFile);
  return { sequence: Math.max(0, oldest?.sequence ?? 0), offset: oldest?.offset ?? 0 };
}

/** Of events that are gone nothing can be said: whoever wants them is told so when reading. */
async function isThere({ logs: { log }, durable }: Deps, { offset, hash }: LogPlace): Promise<boolean> {
  if (offset > durable()) return false;
  if (offset <= (await oldestPlace(log)).offset) return true;
  return hash !== undefined && (await hashBefore(log, offset)) === hash;
}
