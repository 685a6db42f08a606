import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { ifThere } from '../disk/if-there.ts';
import { linesOf } from './line-reader.ts';

/**
 * The lines of the purges of a log, exactly as they stand in it, so that a start need not search for them. Nothing is
 * believed of it that the log does not hold.
 */
function purgedPath(auditFile: string): string {
  return join(dirname(auditFile), 'purged.jsonl');
}

/** The lines that are there, oldest first; none where the file is missing. */
export async function readPurgedLines(auditFile: string): Promise<Buffer[]> {
  const bytes = (await ifThere(readFile(purgedPath(auditFile)))) ?? Buffer.alloc(0);
  return linesOf({ bytes, offset: 0 }).flatMap(({ raw, isWhole }) => (isWhole ? [raw] : []));
}

/** Adds the lines that are not there yet, durable when this resolves. */
export async function keepPurgedLines(auditFile: string, lines: readonly Buffer[]): Promise<void> {
  const kept = await readPurgedLines(auditFile);
  const missing = lines.filter((line) => !kept.some((other) => other.equals(line)));
  if (missing.length === 0) return;
  const content = Buffer.concat([...kept, ...missing].flatMap((line) => [line, NEWLINE]));
  await replaceFile(purgedPath(auditFile), { content, mode: 0o640 });
  await syncDirectory(dirname(auditFile));
}

const NEWLINE = Buffer.from('\n');
