import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { readAccepted } from './accepted.ts';
import { readOrigins } from './find-ingested.ts';
import { IngestedLog } from './ingested-log.ts';
import { directoryNameOf, type OriginRecord, type OriginState, storeFileIn } from './origin-record.ts';

/** Logs that are open at once: each holds three files and an index. */
const MAX_OPEN = 64;

/** All logs that are or may be handed over, in a directory each. What is not asked for is not open. */
export class IngestedLogs {
  readonly #directory: string;
  readonly #storeDirectory: string;
  readonly #records = new Map<string, OriginRecord>();
  /** Directories that say nothing that can be read: their logs are not there. */
  readonly problems: string[] = [];
  /** In the order of their last use. */
  readonly #open = new Map<string, Promise<IngestedLog>>();

  private constructor(directory: string, storeDirectory: string) {
    this.#directory = directory;
    this.#storeDirectory = storeDirectory;
  }

  static async open(directory: string, storeDirectory: string): Promise<IngestedLogs> {
    const logs = new IngestedLogs(directory, storeDirectory);
    const { records, problems } = await readOrigins(directory);
    logs.problems.push(...problems);
    for (const record of records) logs.#records.set(record.origin, record);
    return logs;
  }

  /** Lets a log be handed over; the record takes the place of one of the same origin. */
  async register(record: OriginRecord): Promise<void> {
    const directory = this.#directoryOf(record.origin);
    await mkdir(directory, { recursive: true, mode: 0o750 });
    const content = JSON.stringify(record, undefined, 2);
    await replaceFile(join(directory, 'origin.json'), { content, mode: 0o640 });
    await syncDirectory(directory);
    await syncDirectory(this.#directory);
    this.#records.set(record.origin, record);
    const open = await this.#open.get(record.origin);
    if (open !== undefined) open.record = record;
  }

  async states(): Promise<OriginState[]> {
    return Promise.all([...this.#records.values()].map((record) => this.#stateOf(record)));
  }

  /** The log of a registered origin, open. */
  async log(origin: string): Promise<IngestedLog> {
    const known = this.#open.get(origin);
    this.#open.delete(origin);
    const log = known ?? this.#opened(origin);
    this.#open.set(origin, log);
    log.catch(() => this.#open.delete(origin));
    await this.#closeOldest();
    return log;
  }

  async close(): Promise<void> {
    for (const log of this.#open.values()) await (await log.catch(() => undefined))?.close();
    this.#open.clear();
  }

  async #opened(origin: string): Promise<IngestedLog> {
    const record = this.#records.get(origin);
    if (record === undefined) throw new Error(`${origin} is not registered`);
    return IngestedLog.open(this.#directoryOf(origin), storeFileIn(this.#storeDirectory, origin), record);
  }

  async #closeOldest(): Promise<void> {
    for (const [origin, opening] of this.#open) {
      if (this.#open.size <= MAX_OPEN) return;
      const log = await opening;
      if (log.isBusy) continue;
      this.#open.delete(origin);
      await log.close();
    }
  }

  async #stateOf(record: OriginRecord): Promise<OriginState> {
    const { events, bytes, hash } = await readAccepted(this.#directoryOf(record.origin));
    return { ...record, next_sequence: events, bytes, ...(events > 0 && { head_hash: hash }) };
  }

  #directoryOf(origin: string): string {
    return join(this.#directory, directoryNameOf(origin));
  }
}
