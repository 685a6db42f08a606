import { open } from 'node:fs/promises';
import { decodeLine, rawLinesOf } from '../../src/audit/line-reader.ts';

/** One whole line: its text without the newline, where it starts, and its bytes with the newline. */
export type LogLine = { line: string; offset: number; bytes: number };

/** The whole lines of a file, one by one. */
export async function* readLines(file: string, from = 0, to?: number): AsyncGenerator<LogLine, void> {
  const handle = await open(file, 'r');
  try {
    for await (const lines of rawLinesOf(handle, from, to ?? (await handle.stat()).size)) {
      for (const { raw, offset, isWhole } of lines) {
        if (isWhole) yield { line: decodeLine(raw), offset, bytes: raw.length + 1 };
      }
    }
  } finally {
    await handle.close();
  }
}
