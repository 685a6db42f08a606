import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../disk/if-there.ts';
import { readAccepted } from './accepted.ts';

/** A part of a log that was taken over: from which byte to which, and the event of the gateway's log that says so. */
export type AcceptedPart = { recorded: number; offset: number; end: number };

/*
 * One line of fixed length for each part, in the order of the gateway's log, so that any of them is found without reading
 * the others. A part counts once `accepted.json` reaches to its end: a line may have been written before a crash.
 */
const DIGITS = 16;
const LINE_BYTES = 3 * (DIGITS + 1);

const partsFile = (directory: string): string => join(directory, 'parts');

/**
 * Notes a part that is about to count: it goes on where what counts ends. What was noted of parts that never counted is taken
 * away. Durable when it resolves.
 */
export async function notePart(directory: string, { recorded, offset, end }: AcceptedPart): Promise<void> {
  await forgetBehind(directory, offset);
  const line = [recorded, offset, end].map((number) => String(number).padStart(DIGITS, '0')).join(' ');
  await withParts(directory, 'a+', async (file) => {
    await file.appendFile(`${line}\n`);
    await file.datasync();
  });
}

async function forgetBehind(directory: string, bytes: number): Promise<void> {
  await withParts(directory, 'r+', async (file, size) => {
    let kept = Math.floor(size / LINE_BYTES);
    while (kept > 0 && (await partAt(file, kept - 1)).end > bytes) kept -= 1;
    if (kept * LINE_BYTES < size) await file.truncate(kept * LINE_BYTES);
  });
}

/** The part that an event of the gateway's log tells of; nothing where it never counted, or the log is gone. */
export async function findPart(directory: string, recorded: number): Promise<AcceptedPart | undefined> {
  const found = await withParts(directory, 'r', async (file, size) => {
    let [low, high] = [0, Math.floor(size / LINE_BYTES)];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const part = await partAt(file, middle);
      if (part.recorded === recorded) return part;
      if (part.recorded < recorded) low = middle + 1;
      else high = middle;
    }
    return undefined;
  });
  return found !== undefined && found.end <= (await readAccepted(directory)).bytes ? found : undefined;
}

async function withParts<T>(
  directory: string,
  flags: 'a+' | 'r' | 'r+',
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | undefined> {
  const file = await ifThere(open(partsFile(directory), flags, 0o640));
  if (file === undefined) return undefined;
  try {
    return await use(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function partAt(file: FileHandle, index: number): Promise<AcceptedPart> {
  const { buffer } = await file.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, index * LINE_BYTES);
  const [recorded = Number.NaN, offset = Number.NaN, end = Number.NaN] = buffer
    .toString('latin1')
    .split(' ')
    .map(Number);
  return { recorded, offset, end };
}
