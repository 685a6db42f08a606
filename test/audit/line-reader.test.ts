import { appendFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tempLogFile } from './log-fixture.ts';
import { type LogLine, readLines } from './read-lines.ts';

async function linesOf(file: string, from?: number, to?: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of readLines(file, from, to)) lines.push(line);
  return lines;
}

it('gives each whole line with its place, and leaves out one that is still being written', async () => {
  const file = tempLogFile();
  writeFileSync(file, '{"a":1}\nünï\n\nunfinished');
  expect(await linesOf(file)).toEqual([
    { line: '{"a":1}', offset: 0, bytes: 8 },
    { line: 'ünï', offset: 8, bytes: 6 },
    { line: '', offset: 14, bytes: 1 },
  ]);
  expect(await linesOf(file, 8, 14)).toEqual([{ line: 'ünï', offset: 8, bytes: 6 }]);
  expect(await linesOf(file, 8, 13)).toEqual([]);
  expect(await linesOf(file, 100)).toEqual([]);
});

it('stops at the size the file had when reading started', async () => {
  const file = tempLogFile();
  writeFileSync(file, 'one\ntwo\n');
  const seen: string[] = [];
  for await (const { line } of readLines(file)) {
    seen.push(line);
    appendFileSync(file, 'more\n');
  }
  expect(seen).toEqual(['one', 'two']);
});

it('agrees with splitting the text, wherever the chunks of reading fall', async () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
    fc.integer({ min: 262_130, max: 262_150 }).map((length) => 'x'.repeat(length)),
    fc.constant('é'.repeat(200_000)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const file = tempLogFile();
      writeFileSync(file, lines.map((text) => `${text}\n`).join(''));
      let offset = 0;
      const expected = lines.map((text) => {
        const bytes = Buffer.byteLength(text) + 1;
        offset += bytes;
        return { line: text, offset: offset - bytes, bytes };
      });
      expect(await linesOf(file)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

it('takes a line of 10 MB and refuses one of 20 MB, after the lines before it', async () => {
  const file = tempLogFile();
  writeFileSync(file, `first\n${'x'.repeat(10_000_000)}\n${'y'.repeat(20_000_000)}\n`);
  const lengths: number[] = [];
  const reading = (async () => {
    for await (const { bytes } of readLines(file)) lengths.push(bytes);
  })();
  await expect(reading).rejects.toMatchObject({ reason: 'line_too_long' });
  expect(lengths).toEqual([6, 10_000_001]);
});

it('refuses bytes that are not UTF-8', async () => {
  const file = tempLogFile();
  writeFileSync(file, Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]));
  await expect(linesOf(file)).rejects.toMatchObject({ reason: 'not_utf8' });
});
