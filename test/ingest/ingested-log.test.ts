import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { RefusedRun } from '../../src/ingest/ingest-error.ts';
import { IngestedLog } from '../../src/ingest/ingested-log.ts';
import { outgoingLog, outgoingRuns } from '../../src/ingest/outgoing-runs.ts';
import { canonicalHash, sha256 } from '../../src/json/canonical.ts';
import { tempLogFile } from '../audit/log-fixture.ts';
import { naiveFault } from '../audit/naive-verifier.ts';
import { planGroup } from '../audit/plan-group.ts';
import { ORIGIN, openSignedLog, verifierKey } from '../audit/signed-log.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'aisecops-ingested-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));
let made = 0;

/** A log with traces that come back, large payloads, and more than one file. */
async function sourceLog(): Promise<string> {
  const file = tempLogFile();
  const { log, announce, close } = await openSignedLog(file, { limits: { maxSegmentBytes: 6_000 } });
  await announce();
  for (const trace of ['a', 'b', 'ä "quoted" \u{1f600}', undefined, 'c', 'b', 'ä "quoted" \u{1f600}', 'a'])
    await log.append(planGroup(trace, 3));
  await log.append(planGroup('large', 1, { payload: { text: 'x'.repeat(70_000) } }));
  await close();
  return file;
}

/** Parts of the log from each place on, of many sizes; each is a body. */
async function partsOf(file: string): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  const log = await outgoingLog(file);
  for (const runBytes of [700, 1_500, 4_000, 1_000_000])
    for (const from of [0, 5, 11, 20])
      for await (const { body } of outgoingRuns(file, log, { from, runBytes })) parts.push(body);
  return parts;
}

async function wholeText(file: string): Promise<string> {
  let text = '';
  for await (const { body } of outgoingRuns(file, await outgoingLog(file), { from: 0, runBytes: Infinity }))
    text = body.toString('utf8');
  return text
    .split('\n')
    .filter((line) => !/^\{"(blob|policy|checkpoint)"/.test(line))
    .join('\n');
}

async function openIngested() {
  made += 1;
  const directory = join(ROOT, `log-${made}`);
  mkdirSync(directory);
  const record = {
    ...{ origin: ORIGIN, tenant_id: 'acme-corp', verifier_key: verifierKey() },
    ...{ registered_by: 'test', registered_at: '2026-11-30T10:00:00.000Z' },
  };
  const open = () => IngestedLog.open(directory, join(directory, 'index.db'), record);
  return { file: join(directory, 'events.jsonl'), log: await open(), open };
}

/** Hands one body over in chunks of a size; answers whether it was taken. */
async function give(log: IngestedLog, body: Uint8Array, chunk = 997): Promise<boolean> {
  log.begin();
  try {
    for (let at = 0; at < body.length; at += chunk) await log.take(body.slice(at, at + chunk));
    await log.finish(false);
    await log.accept('2026-11-30T10:00:00.000Z');
    return true;
  } catch (error) {
    log.abort();
    if (!(error instanceof RefusedRun)) throw error;
    return false;
  }
}

describe('a log that is taken over', () => {
  it('is a beginning of what it was at any time, whatever parts come in whatever order', async () => {
    const source = await sourceLog();
    const [parts, whole] = [await partsOf(source), await wholeText(source)];
    expect(parts.length).toBeGreaterThan(40);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(parts.length - 1), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (order, chunk) => {
          const { file, log } = await openIngested();
          for (const index of order) {
            await give(log, parts[index] ?? Buffer.alloc(0), chunk);
            expect(whole.startsWith(readFileSync(file, 'utf8'))).toBe(true);
          }
          for (const part of parts) await give(log, part);
          expect(readFileSync(file, 'utf8')).toBe(whole);
          await log.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is never anything else, whatever byte of a part is changed, left out or doubled', async () => {
    const source = await sourceLog();
    const [body = Buffer.alloc(0)] = (await partsOf(source)).slice(-4);
    const whole = await wholeText(source);
    const { file, log } = await openIngested();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(body.length - 1),
        fc.constantFrom('flip', 'drop', 'double'),
        async (at, how) => {
          const [before, byte, after] = [body.subarray(0, at), body[at] ?? 0, body.subarray(at + 1)];
          const middle = { flip: [byte ^ 1], drop: [], double: [byte, byte] }[how];
          if (!(await give(log, Buffer.concat([before, Buffer.from(middle), after])))) refused += 1;
          expect(['', whole]).toContain(readFileSync(file, 'utf8'));
        },
      ),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(140);
    expect(await give(log, body)).toBe(true);
    await log.close();
    expect(naiveFault(readFileSync(file), join(file, '..', 'blobs'))).toBeUndefined();
  });

  it('keeps nothing of a part that does not hold, nor what no event of it names', async () => {
    const source = await sourceLog();
    const [body = Buffer.alloc(0)] = (await partsOf(source)).slice(-4);
    const lines = body.toString('utf8').trimEnd().split('\n');
    const named = lines.filter((line) => line.startsWith('{"blob"')).length;
    expect(named).toBe(1);
    const junk = Array.from({ length: 5 }, (_, index) => {
      const text = JSON.stringify({ index });
      return [
        JSON.stringify({ blob: sha256(text), text }),
        JSON.stringify({ policy: canonicalHash({ index }), content: { index } }),
      ];
    }).flat();
    const { file, log } = await openIngested();
    const beside = () =>
      ['blobs', 'policies'].flatMap((name) => {
        const directory = join(file, '..', name);
        return existsSync(directory) ? readdirSync(directory, { recursive: true }).map(String) : [];
      });
    const asBody = (all: readonly string[]) => Buffer.from(all.map((line) => `${line}\n`).join(''));
    expect(await give(log, asBody([...junk, ...lines.slice(0, -1)]))).toBe(false);
    // A checkpoint alone holds, over events that are to come.
    expect(await give(log, asBody([...junk, lines.at(-1) ?? '']))).toBe(true);
    expect(beside()).toEqual([]);
    expect(await give(log, body)).toBe(true);
    expect(await give(log, asBody([...junk, ...lines]))).toBe(true);
    expect(beside()).toHaveLength(named);
    await log.close();
  });

  it('goes on after a restart in the middle of a part as if that had never come', async () => {
    const source = await sourceLog();
    const [parts, whole] = [await partsOf(source), await wholeText(source)];
    const { file, log, open } = await openIngested();
    expect(await give(log, parts[0] ?? Buffer.alloc(0))).toBe(true);
    const kept = readFileSync(file, 'utf8');
    log.begin();
    await log.take((parts[1] ?? Buffer.alloc(0)).subarray(0, 1_000));
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(kept.length);
    // Nothing of what was open is closed: the process is gone.
    const again = await open();
    expect(readFileSync(file, 'utf8')).toBe(kept);
    for (const part of parts) await give(again, part);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    await again.close();
  });
});
