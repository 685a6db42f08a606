import { fdatasync, ftruncateSync, type Stats, statSync, write } from 'node:fs';

/** The calls that carry the log to the disk; tests put faults in their place. */
export type FileIo = {
  /** Writes from `buffer` at `position` of the file; resolves to the bytes written, which may be fewer. */
  write(fd: number, buffer: Buffer, position: number): Promise<number>;
  /** Resolves when everything written through `fd` is on the disk. MUST NOT be called again after it failed. */
  sync(fd: number): Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(fd: number, size: number): void;
  /** What stands under a name. Throws where nothing does. */
  stat(path: string): Pick<Stats, 'ino' | 'dev' | 'size'>;
};

/** The file system itself, by raw descriptor: streams can report success for a write that was cut short. */
export const nodeFileIo: FileIo = {
  write: (fd, buffer, position) =>
    new Promise((resolve, reject) => {
      write(fd, buffer, 0, buffer.length, position, (error, written) => {
        if (error === null) resolve(written);
        else reject(error);
      });
    }),
  sync: (fd) =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    }),
  truncate: (fd, size) => ftruncateSync(fd, size),
  // A look at the inode in memory: some microseconds, less than handing it to another thread.
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
