import type { FileHandle } from 'node:fs/promises';
import { AuditLineError } from './audit-error.ts';
import { type LogFile, logFiles, openLogFile } from './log-files.ts';

/** Reads from anywhere in a log, also while it is written to and its segments are closed. */
export class LogReader {
  readonly auditFile: string;
  #files: readonly LogFile[] = [];

  constructor(auditFile: string) {
    this.auditFile = auditFile;
  }

  /**
   * The bytes at a place of the log; fewer where its file ends before. They are not looked at here. Throws
   * `AuditLineError` where the file that holds them cannot be read.
   */
  read(offset: number, bytes: number): Promise<Buffer> {
    return this.#withFileOf(offset, bytes, (handle, file) => readAt(handle, offset - file.offset, bytes));
  }

  /**
   * Up to so many bytes before a place of the log, no further back than its file begins; none where the log ends
   * before that place. Throws as `read`.
   */
  readBefore(offset: number, bytes: number): Promise<Buffer> {
    return this.#withFileOf(offset - 1, bytes, async (handle, file) => {
      const end = offset - file.offset;
      const length = Math.min(bytes, end);
      const found = await readAt(handle, end - length, length);
      return found.length === length ? found : Buffer.alloc(0);
    });
  }

  async #withFileOf(offset: number, bytes: number, use: Use): Promise<Buffer> {
    const known = await this.#tryFileOf(offset, use);
    if (known?.length === bytes) return known;
    // There are more files than before, or the active one became a segment.
    this.#files = await logFiles(this.auditFile);
    const found = await this.#tryFileOf(offset, use);
    if (found !== undefined) return found;
    throw new AuditLineError('torn_tail', `the log has no file that holds byte ${offset}`);
  }

  async #tryFileOf(offset: number, use: Use): Promise<Buffer | undefined> {
    const file = this.#files.findLast((candidate) => candidate.offset <= offset);
    if (file === undefined) return undefined;
    const handle = await openLogFile(this.auditFile, file).catch(() => undefined);
    try {
      return handle && (await use(handle, file));
    } finally {
      await handle?.close();
    }
  }
}

type Use = (handle: FileHandle, file: LogFile) => Promise<Buffer>;

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
