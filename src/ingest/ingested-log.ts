import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AuditLineError } from '../audit/audit-error.ts';
import {
  appendCheckpoint,
  checkpointPaths,
  findCheckpoint,
  replaceCheckpoint,
} from '../audit/checkpoint-file.ts';
import { offsetOfEvent } from '../audit/find-line.ts';
import { readLogLines } from '../audit/log-files.ts';
import { LogReader } from '../audit/log-reader.ts';
import { WHOLE_LOG } from '../audit/log-start.ts';
import { hashBefore, readGroups } from '../audit/read-groups.ts';
import { TreeFile, treePath } from '../audit/tree-file.ts';
import { catchUp } from '../store/catch-up.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { UNREAD_EVENTS } from '../store/unread-events.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseNote } from '../tlog/signed-note.ts';
import { levelsOf } from '../tlog/tree-frontier.ts';
import { digestToBase64, leafHash } from '../tlog/tree-hash.ts';
import { keepAccepted, readAccepted } from './accepted.ts';
import { notePart } from './accepted-parts.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Accepted, OriginRecord } from './origin-record.ts';
import { conflict, RunCheck, refused } from './run-check.ts';
import { RunExtras } from './run-extras.ts';
import { checkHead, type HeadLine, type RunHead } from './run-head.ts';
import { readRunLine } from './run-lines.ts';

/** What a run would add. Nothing of it counts before `accept`. */
export type RunSummary = {
  first_sequence: number;
  events: number;
  duplicates: number;
  bytes: number;
  next_sequence: number;
  head_hash: string;
  /** Base64 of the root over all events. */
  root: string;
  checkpoint_size: number;
};

type Run = {
  splitter: LineSplitter;
  check: RunCheck;
  head?: RunHead;
  lines: number;
  /** Lines that were taken and are not written yet. */
  pending: Buffer[];
  extras: RunExtras;
};

/**
 * A log of another process, as far as it was handed over: its lines as they came, with blobs, policies, checkpoint and
 * tree beside them, so that every tool for logs works on it; and an index of it. `accepted.json` says how far it counts:
 * what a run wrote and nobody accepted is cut off.
 */
export class IngestedLog {
  record: OriginRecord;
  readonly #file: string;
  readonly #fd: number;
  readonly #tree: TreeFile;
  readonly store: Store;
  #accepted: Accepted;
  #run: Run | undefined;

  private constructor(parts: {
    record: OriginRecord;
    file: string;
    fd: number;
    accepted: Accepted;
    store: Store;
  }) {
    this.record = parts.record;
    this.#file = parts.file;
    this.#fd = parts.fd;
    this.#accepted = parts.accepted;
    this.store = parts.store;
    this.#tree = new TreeFile(treePath(parts.file));
  }

  /** `directory` is that of the log. Rejects where what was accepted is not there any more. */
  static async open(directory: string, storeFile: string, record: OriginRecord): Promise<IngestedLog> {
    mkdirSync(dirname(storeFile), { recursive: true, mode: 0o750 });
    const file = join(directory, 'events.jsonl');
    const accepted = await readAccepted(directory);
    const fd = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o640);
    if (fstatSync(fd).size < accepted.bytes) {
      closeSync(fd);
      throw new AuditLineError('torn_tail', `${file} is shorter than what was taken over`);
    }
    ftruncateSync(fd, accepted.bytes);
    const store = await openSqliteStore(storeFile);
    const log = new IngestedLog({ record, file, fd, accepted, store });
    await log.#growTree();
    await log.#project();
    return log;
  }

  /** The last event that counts; −1 where none does. Its index has everything up to it. */
  get newest(): number {
    return this.#accepted.events - 1;
  }

  get isBusy(): boolean {
    return this.#run !== undefined;
  }

  begin(): void {
    const { events } = this.#accepted;
    const extras = new RunExtras();
    let end = 0;
    const frontier = levelsOf(events).map((level) => {
      end += 2 ** level;
      return this.#tree.read(level, end / 2 ** level - 1);
    });
    const check = new RunCheck({
      ...{ auditFile: this.#file, record: this.record, accepted: this.#accepted, frontier },
      leaf: (sequence) => this.#tree.read(0, sequence),
      head: async (traceId) => (await this.store.traceState(traceId))?.head,
      blob: (hash) => extras.blob(hash),
    });
    this.#run = { splitter: new LineSplitter(), check, lines: 0, pending: [], extras };
  }

  /** Takes the next bytes of the run. Throws `RefusedRun`; then the run MUST be aborted. */
  async take(chunk: Uint8Array): Promise<void> {
    const run = this.#current();
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (const raw of run.splitter.push(buffer)) await this.#line(run, raw);
    const lines = Buffer.concat(run.pending);
    run.pending = [];
    this.#write(lines, run.check.end.bytes - lines.length);
  }

  /** Sees that the run holds to its end and makes it durable. Throws `RefusedRun`. */
  async finish(isHead: boolean): Promise<RunSummary> {
    const run = this.#current();
    const { check, head } = run;
    if (run.splitter.isWithinLine)
      throw refused(
        'torn_tail',
        check.end.events,
        'the body ends within a line: the last one needs its newline, too',
      );
    if (head === undefined)
      throw refused(
        'no_checkpoint',
        undefined,
        'the last line has to be a checkpoint over the events before it',
      );
    const { events: before, bytes } = this.#accepted;
    if (isHead && head.size < before)
      throw conflict(
        'rollback',
        head.size,
        `the log ends before event ${head.size}, and ${before} events were handed over`,
      );
    await run.extras.keep(this.#file, check.named);
    fdatasyncSync(this.#fd);
    const { end, duplicates } = check;
    return {
      ...{ first_sequence: before, events: end.events - before, duplicates, bytes: end.bytes - bytes },
      ...{ next_sequence: end.events, head_hash: end.hash, root: digestToBase64(check.frontier.root()) },
      checkpoint_size: head.size,
    };
  }

  /** From now on the run counts. `recorded`: the event of the gateway's log that says so. */
  async accept(signedAt: string, recorded = -1): Promise<void> {
    const { check, head } = this.#current();
    this.#run = undefined;
    if (check.leaves.length > 0) {
      const directory = dirname(this.#file);
      await notePart(directory, { recorded, offset: this.#accepted.bytes, end: check.end.bytes });
      await keepAccepted(directory, check.end);
      this.#accepted = check.end;
      for (const leaf of check.leaves) this.#tree.add(leaf);
      this.#tree.flush();
    }
    if (head !== undefined) await this.#keepCheckpoint(head, signedAt);
    await this.#project();
  }

  /** As if the run had never begun. */
  abort(): void {
    this.#run = undefined;
    ftruncateSync(this.#fd, this.#accepted.bytes);
  }

  async close(): Promise<void> {
    if (this.#run !== undefined) this.abort();
    this.#tree.close();
    closeSync(this.#fd);
    await this.store.close();
  }

  async #line(run: Run, raw: Buffer): Promise<void> {
    const { check } = run;
    run.lines += 1;
    if (run.head !== undefined)
      throw refused(
        'not_covered',
        undefined,
        'a checkpoint is the last line of a request, and more came behind it',
      );
    const line = readRunLine(raw, `line ${run.lines}`);
    if (line.kind === 'blob' || line.kind === 'policy') run.extras.add(line);
    else if (line.kind === 'head') run.head = this.#head(check, line.head);
    else if (await check.take(raw)) run.pending.push(raw, NEWLINE);
  }

  #head(check: RunCheck, head: HeadLine): RunHead {
    const { origin, verifier_key: verifierKey } = this.record;
    const { events: after } = check.end;
    return checkHead(head, {
      ...{ origin, verifierKey, before: this.#accepted.events, after, through: check.through ?? after },
      rootAt: (size) => (size === after ? check.frontier.root() : this.#tree.rootAt(size)),
    });
  }

  #write(bytes: Buffer, position: number): void {
    let done = 0;
    while (done < bytes.length)
      done += writeSync(this.#fd, bytes, done, bytes.length - done, position + done);
  }

  #current(): Run {
    if (this.#run === undefined) throw new Error('no run was begun');
    return this.#run;
  }

  /** Only one that ends where the log does: a verifier has to find every event that it covers. */
  async #keepCheckpoint({ note, size }: RunHead, signedAt: string): Promise<void> {
    if (size !== this.#accepted.events) return;
    const { latest, history } = checkpointPaths(this.#file);
    const kept = await findCheckpoint(latest);
    if (kept === note || (kept !== undefined && parseCheckpoint(parseNote(kept).text).size > size)) return;
    await replaceCheckpoint(latest, note);
    await appendCheckpoint(history, note, signedAt);
  }

  async #growTree(): Promise<void> {
    const { events, bytes } = this.#accepted;
    if (this.#tree.size > events) this.#tree.truncate(events);
    if (this.#tree.size === events) return;
    const offset = await offsetOfEvent(this.#file, this.#tree.size);
    for await (const lines of readLogLines(this.#file, offset ?? bytes, bytes))
      for (const { raw, isWhole } of lines) if (isWhole) this.#tree.add(leafHash(raw));
    this.#tree.flush();
  }

  /** The index is a view: one that is not of this log is made again. */
  async #project(): Promise<void> {
    const { events: nextSequence, bytes: size } = this.#accepted;
    const reader = new LogReader(this.#file);
    const log = {
      ...{ size, nextSequence, start: WHOLE_LOG },
      hashBefore: (offset: number) => hashBefore(reader, offset),
      groups: (from: number, to: number) => readGroups(this.#file, from, to, UNREAD_EVENTS),
    };
    try {
      await catchUp(this.store, log);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'store_log_mismatch') throw error;
      await this.store.clearProjection();
      await catchUp(this.store, log);
    }
  }
}

const NEWLINE = Buffer.from('\n');
