import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { ifThere } from '../disk/if-there.ts';

/** Where the checkpoints of a log are: beside it. */
export type CheckpointPaths = {
  /** The newest one, a signed note. */
  latest: string;
  /** Some of those before, one JSON object a line: `{"note","signed_at"}`. */
  history: string;
};

export function checkpointPaths(auditFile: string): CheckpointPaths {
  const directory = dirname(auditFile);
  return { latest: join(directory, 'checkpoint'), history: join(directory, 'checkpoints.jsonl') };
}

/** The newest checkpoint of a log that is open: a signed note. */
export function readCheckpoint(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

/** The newest checkpoint of any log, or its history; nothing where none was written yet. */
export function findCheckpoint(file: string): Promise<string | undefined> {
  return ifThere(readCheckpoint(file));
}

/**
 * Puts a note in the place of the one before, in one step: after a crash the file holds the one or the other. Durable when
 * this resolves, for what is done next may hang on it: the first event of a log, a key that goes, segments that go.
 */
export async function replaceCheckpoint(file: string, note: string): Promise<void> {
  await replaceFile(file, { content: note, mode: 0o640 });
  await syncDirectory(dirname(file));
}

/** Adds a note to the history beside a log, durable when this resolves. */
export async function keepCheckpoint(file: string, note: string, signedAt: string): Promise<void> {
  await appendCheckpoint(file, note, signedAt, { isDurable: true });
  await syncDirectory(dirname(file));
}

/** Adds a note to a history, on a line of its own also where the one before was cut short by a full disk. */
export async function appendCheckpoint(
  file: string,
  note: string,
  signedAt: string,
  { isDurable = false } = {},
): Promise<void> {
  const handle = await open(file, 'a+', 0o640);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const start = size === 0 || last[0] === NEWLINE ? '' : '\n';
    await handle.appendFile(`${start}${JSON.stringify({ note, signed_at: signedAt })}\n`);
    if (isDurable) await handle.sync();
  } finally {
    await handle.close();
  }
}

const NEWLINE = 10;

/**
 * The notes of a history in their order, and how many of its lines are none. A line that a full disk or a crash cut
 * short says nothing, neither for the log nor against it.
 */
export function notesInHistory(text: string): { notes: string[]; unreadable: number } {
  const lines = text.split('\n').filter((line) => line !== '');
  const notes = lines.flatMap((line) => {
    try {
      const { note } = JSON.parse(line) as { note?: unknown };
      return typeof note === 'string' ? [note] : [];
    } catch {
      return [];
    }
  });
  return { notes, unreadable: lines.length - notes.length };
}
