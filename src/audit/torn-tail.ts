import { hash as digest } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { syncDirectory } from './file-io.ts';
import { readRange } from './log-tail.ts';

/** Bytes that a crash left after the last whole line, and the file they were moved to. */
export type TornTail = { recovered_size: number; torn_bytes: number; torn_hash: string; torn_file: string };

/** The whole lines of the active file end at byte `wholeEnd`, the file at `fileEnd`; `offset` are the bytes before it. */
export type TailPlace = { offset: number; wholeEnd: number; fileEnd: number };

/**
 * Copies what stands behind the last whole line to `<file>.torn-<offset>` and cuts it off; both are durable when this
 * returns. Nothing where nothing is torn and no earlier start has left its work unnoted.
 */
export function setTornAside(fd: number, file: string, place: TailPlace): TornTail | undefined {
  const { offset, wholeEnd, fileEnd } = place;
  return wholeEnd < fileEnd ? cutTail(fd, file, place) : unnotedTail(file, offset + wholeEnd);
}

/** Keeps the torn bytes in a file of their own, durable before they leave the log. */
function cutTail(fd: number, file: string, { offset, wholeEnd, fileEnd }: TailPlace): TornTail {
  const bytes = readRange(fd, wholeEnd, fileEnd);
  const place = offset + wholeEnd;
  const tornFile = keepTorn(tornName(file, place), bytes);
  syncDirectory(dirname(file));
  ftruncateSync(fd, wholeEnd);
  fdatasyncSync(fd);
  return tornTail(tornFile, place, bytes);
}

/** What an earlier start cut off here, if a crash kept it from writing the event that says so. */
function unnotedTail(file: string, size: number): TornTail | undefined {
  const tornFile = tornName(file, size);
  return existsSync(tornFile) ? tornTail(tornFile, size, readFileSync(tornFile)) : undefined;
}

function tornName(file: string, offset: number): string {
  return `${file}.torn-${offset}`;
}

function tornTail(tornFile: string, offset: number, bytes: Buffer): TornTail {
  return {
    recovered_size: offset,
    torn_bytes: bytes.length,
    torn_hash: `sha256:${digest('sha256', bytes, 'hex')}`,
    torn_file: basename(tornFile),
  };
}

/** Writes the torn bytes beside the log. What an earlier start kept under that name is never overwritten. */
function keepTorn(path: string, bytes: Buffer): string {
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempt === 1 ? path : `${path}.${attempt}`;
    if (existsSync(candidate)) {
      if (readFileSync(candidate).equals(bytes)) return candidate;
      continue;
    }
    const fd = openSync(candidate, 'wx', 0o640);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return candidate;
  }
}
