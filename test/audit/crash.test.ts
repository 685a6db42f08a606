import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectHolds, openLog, tempLogFile } from './log-fixture.ts';
import { naiveEvents } from './naive-verifier.ts';
import { planGroup } from './plan-group.ts';

const WRITER = fileURLToPath(new URL('writer-process.ts', import.meta.url));

type Writer = { child: ChildProcess; closed: Promise<unknown>; printed: () => string[] };

/** Starts a writer process; `limit` is the size in blocks of 512 bytes beyond which its files cannot grow. */
function startWriter(file: string, task: 'append' | 'hold', limit?: number): Writer {
  const command = [process.execPath, WRITER, file, task];
  const child =
    limit === undefined
      ? spawn(process.execPath, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('sh', ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, ...command], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));
  // The last line may be cut off; what was not printed in full was not received.
  return { child, closed, printed: () => text.split('\n').slice(0, -1) };
}

/** Waits until the writer has printed this many lines. */
async function untilPrinted({ child, printed }: Writer, lines: number): Promise<void> {
  while (printed().length < lines && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Ends the process as a crash would, and answers all it had printed. */
async function killed(writer: Writer): Promise<string[]> {
  writer.child.kill('SIGKILL');
  await writer.closed;
  return writer.printed();
}

/** Asserts that every printed receipt is in the log, with the hash that was answered. */
function expectReceipts(file: string, printed: string[]): number {
  const hashes = naiveEvents(readFileSync(file)).map((event) => event['hash']);
  const receipts = printed.filter((line) => /^\d+ sha256:/.test(line));
  const lost = receipts.filter((line) => !line.endsWith(` ${hashes[Number.parseInt(line, 10)]}`));
  expect(lost).toEqual([]);
  return receipts.length;
}

describe('kill -9 under 64 callers', () => {
  it('loses nothing that was answered, ten times over, and each restart holds', {
    timeout: 60_000,
  }, async () => {
    const file = tempLogFile();
    const printed: string[] = [];
    for (let run = 0; run < 10; run += 1) {
      const writer = startWriter(file, 'append');
      await untilPrinted(writer, 2 + run * 60);
      printed.push(...(await killed(writer)));
      // The dead process left no lock behind.
      const { log } = await openLog(file);
      await log.append(planGroup(`after-${run}`));
      await log.close();
    }
    expect(expectReceipts(file, printed)).toBeGreaterThan(1_000);
    await expectHolds(file);
  });
});

describe('a full disk', () => {
  it('answers nothing that is not there, and the log goes on once there is room', async () => {
    const file = tempLogFile();
    const writer = startWriter(file, 'append', 300);
    await writer.closed;
    const printed = writer.printed();
    expect(printed.at(-1)).toBe('state broken');
    expect(printed.filter((line) => line === 'failed broken')).toHaveLength(64);
    const { log, recovery } = await openLog(file);
    // What the failed write left was cut off again at once.
    expect(recovery.torn).toBeUndefined();
    await log.append(planGroup('after'));
    expect(expectReceipts(file, printed)).toBeGreaterThan(50);
    await expectHolds(file);
  });
});

describe('a second writer', () => {
  it('in another process is refused at once, and takes over when the first is killed', async () => {
    const file = tempLogFile();
    const first = startWriter(file, 'hold');
    await untilPrinted(first, 1);
    await expect(openLog(file)).rejects.toMatchObject({ code: 'audit_locked' });
    const second = startWriter(file, 'append');
    await second.closed;
    expect(second.printed()).toEqual(['refused audit_locked']);
    expect(await killed(first)).toEqual(['open']);
    await openLog(file);
    expect(await expectHolds(file)).toBe(1);
  });
});
