import {
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  constants as open,
  openSync,
  renameSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type FileIo, syncDirectory, writeFully } from './file-io.ts';
import { segmentPath } from './log-files.ts';

/** The file of a log that is written to, as it was found or made. */
export type ActivePlace = {
  path: string;
  /** An open descriptor that nobody else uses. */
  fd: number;
  /** Of the file's first event. */
  sequence: number;
  /** Bytes of the log before the file. */
  offset: number;
  /** Bytes of the log up to the end of the file. */
  size: number;
};

/**
 * The one file of a log that is written to. It is appended to, synced, and one day closed as a segment; what fails is
 * never tried again.
 */
export class ActiveFile {
  readonly #path: string;
  readonly #io: FileIo;
  #fd: number;
  #sequence: number;
  #offset: number;
  #size: number;
  #inode: { ino: number; dev: number };

  constructor({ path, fd, sequence, offset, size }: ActivePlace, io: FileIo) {
    this.#path = path;
    this.#io = io;
    this.#fd = fd;
    this.#sequence = sequence;
    this.#offset = offset;
    this.#size = size;
    this.#inode = io.stat(path);
  }

  /** Bytes of the log that are durable, those before this file included. */
  get size(): number {
    return this.#size;
  }

  /** Writes whole lines and makes them durable. Rejects with what the system says; then none of them counts. */
  async append(lines: Buffer): Promise<void> {
    this.#assertUndisturbed();
    try {
      await writeFully(this.#io, this.#fd, { buffer: lines, position: this.#size - this.#offset });
      await this.#io.sync(this.#fd);
    } catch (cause) {
      this.#takeBack();
      throw cause;
    }
    this.#size += lines.length;
  }

  /**
   * Closes this file as a segment and begins the next one, whose first event is `sequence`. A crash in between leaves
   * a log without an active file, and the next start makes it.
   */
  beginNext(sequence: number): void {
    this.#assertUndisturbed();
    const segment = segmentPath(this.#path, this.#sequence);
    mkdirSync(dirname(segment), { recursive: true, mode: 0o750 });
    if (existsSync(segment)) throw new Error(`${segment} is there already`);
    renameSync(this.#path, segment);
    // Behind the name: a crash in between must not leave an active file that nobody may write.
    fchmodSync(this.#fd, 0o440);
    syncDirectory(dirname(segment));
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, open.O_RDWR | open.O_CREAT | open.O_EXCL, 0o640);
    syncDirectory(dirname(this.#path));
    this.#sequence = sequence;
    this.#offset = this.#size;
    this.#inode = this.#io.stat(this.#path);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /**
   * Cuts off what a failed batch has written: its callers are told that nothing was recorded, and a whole line left
   * behind would count at the next start. Where even this fails, such a line is one that was never answered.
   */
  #takeBack(): void {
    try {
      this.#io.truncate(this.#fd, this.#size - this.#offset);
    } catch {
      // The log is broken already, and says so.
    }
  }

  /** Throws when the file is not the one that was opened, or not as long as it was left. */
  #assertUndisturbed(): void {
    const { ino, dev, size } = this.#io.stat(this.#path);
    if (ino !== this.#inode.ino || dev !== this.#inode.dev)
      throw new Error('the audit log file was replaced');
    const expected = this.#size - this.#offset;
    if (size === expected) return;
    throw new Error(`the audit log file has ${size} bytes instead of ${expected}: someone else wrote to it`);
  }
}
