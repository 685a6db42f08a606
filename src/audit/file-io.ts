import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';

/** The calls that carry the log to the disk; tests put faults in their place. */
export type FileIo = {
  /** Writes from `buffer` at `position` of the file; answers the bytes written, which may be fewer. */
  write(fd: number, buffer: Buffer, position: number): number | Promise<number>;
  /** Returns when everything written through `fd` is on the disk. MUST NOT be called again after it failed. */
  sync(fd: number): void | Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(fd: number, size: number): void;
  /** What stands under a name. Throws where nothing does. */
  stat(path: string): Pick<Stats, 'ino' | 'dev' | 'size'>;
};

/**
 * The file system itself, by raw descriptor: streams can report success for a write that was cut short.
 *
 * The calls wait in the thread that makes them. The log has a thread of its own, and handing each batch to a pool and
 * being woken again took a quarter of the decisions a second away; what arrives meanwhile is the next batch.
 */
export const nodeFileIo: FileIo = {
  write: (fd, buffer, position) => writeSync(fd, buffer, 0, buffer.length, position),
  sync: (fd) => fdatasyncSync(fd),
  truncate: (fd, size) => ftruncateSync(fd, size),
  stat: (path) => statSync(path),
};

/** Writes all of `buffer` at `position`. A write that makes no progress is an error. */
export async function writeFully(
  io: FileIo,
  fd: number,
  data: { buffer: Buffer; position: number },
): Promise<void> {
  let { buffer, position } = data;
  while (buffer.length > 0) {
    const written = await io.write(fd, buffer, position);
    if (written <= 0) throw new Error('a write to the audit log made no progress');
    buffer = buffer.subarray(written);
    position += written;
  }
}

/** Makes the names in a directory durable. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
