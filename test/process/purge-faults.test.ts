import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { naiveCheckpointFault } from '../audit/naive-checkpoint.ts';
import { runTool } from '../cli/run-tool.ts';
import { budgetFigures } from './budget-figures.ts';
import { auditFile, startProcess, startRefused } from './gateway-process.ts';
import { eventsOf, faultOf, logKeyOf, logOf, notesOf } from './naive-log.ts';
import { reading } from './plans.ts';
import { filledLog, purgeAll, SMALL_SEGMENTS, segmentNames, segmentsOf } from './purged-log.ts';

function verify(directory: string, key: string) {
  return runTool(['verify', '--key', key, '--require', 'signer', '--require', 'complete'], directory);
}

/** Every call in turn takes minutes; all of them were tried, and each third one is. */
const STRIDE = 3;

describe('kill -9 at the steps of a purge', () => {
  it('loses nothing that was not purged, and the next start finishes what was begun', {
    timeout: 900_000,
  }, async () => {
    const whole = await filledLog();
    const before = eventsOf(whole.directory);
    const key = logKeyOf(whole.directory);
    let [step, ended] = [1 - STRIDE, false];
    const seen = new Set<string>();
    while (!ended) {
      const { directory, recent } = await filledLog();
      step += STRIDE;
      const { code, stderr } = await purgeAll(directory, [], step);
      ended = code === 0;
      const where = { step, stderr };
      // Whatever is gone by now is said to be gone, by the independent verifier, before anything repairs it.
      expect({ ...where, fault: faultOf(directory) }).toEqual({ ...where, fault: undefined });
      const kept = eventsOf(directory);
      const first = kept[0]?.sequence ?? 0;
      expect(kept.slice(0, before.length - first)).toEqual(before.slice(first));
      const wasSaid = kept.filter(({ event_type }) => event_type === 'segment_purged').length === 3;
      const gateway = await startProcess(directory, SMALL_SEGMENTS);
      await expect.poll(() => segmentNames(directory).length, { timeout: 10_000 }).toBe(wasSaid ? 0 : 3);
      await expect
        .poll(() => readdirSync(segmentsOf(directory)).length, { timeout: 10_000 })
        .toBe(wasSaid ? 0 : 3);
      expect((await gateway.send(`GET /replay/${recent}`)).body).toMatchObject({ event_count: 8 });
      expect((await gateway.send('GET /agents/agent-late?tenant_id=acme-corp')).status).toBe(200);
      expect(Object.keys(await budgetFigures(gateway)).length).toBeGreaterThan(0);
      await gateway.stop();
      expect({ ...where, fault: faultOf(directory) }).toEqual({ ...where, fault: undefined });
      expect({ ...where, ...(await verify(directory, key)) }).toMatchObject({ code: 0 });
      seen.add(`${wasSaid}`);
    }
    expect(seen).toEqual(new Set(['true', 'false']));
    expect(step).toBeGreaterThan(20);
  });
});

describe('what nobody with a key has purged', () => {
  it('is missing where a segment was deleted', async () => {
    const { directory } = await filledLog();
    const key = logKeyOf(directory);
    rmSync(join(segmentsOf(directory), '0.jsonl'));
    expect((await verify(directory, key)).code).toBe(13);
    expect(faultOf(directory)).toMatch(/no event says/);
    expect(await startRefused(directory)).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/a file of the log is missing, and no event says that it was purged/),
    });
  });

  it('is missing where more was deleted than was purged', async () => {
    const { directory } = await filledLog();
    const key = logKeyOf(directory);
    const [, , third = 0] = segmentNames(directory);
    const cutoff = eventsOf(directory).find(({ sequence }) => sequence === third + 400)?.timestamp ?? '';
    const args = ['--before', cutoff, '--allow-short', '--approver', 'Ada', '--reason', 'old'];
    expect((await runTool(['audit', 'purge', ...args], directory)).code).toBe(0);
    expect(segmentNames(directory)).toEqual([third]);
    expect((await verify(directory, key)).code).toBe(0);
    rmSync(join(segmentsOf(directory), `${third}.jsonl`));
    expect((await verify(directory, key)).code).toBe(13);
    expect(faultOf(directory)).toMatch(/no event says/);
    expect((await startRefused(directory)).code).toBe(13);
  });

  it('is missing where the event was forged, also where the gateway has signed it since', {
    timeout: 60_000,
  }, async () => {
    const { directory } = await filledLog();
    const key = logKeyOf(directory);
    // What a purge of somebody who has another key would write, put behind the end of the stopped log.
    const other = await filledLog();
    rmSync(join(other.directory, 'data', 'signing-keys.json'));
    await runTool(['keys', 'rotate', '--purpose', 'permits', '--reason', 'x'], other.directory);
    await purgeAll(other.directory);
    const forged = eventsOf(other.directory).filter(({ event_type }) => event_type === 'segment_purged');
    expect(forged).toHaveLength(3);
    appendForged(
      directory,
      forged.map(({ payload }) => payload),
    );
    const [kept, second] = [join(directory, 'kept'), segmentNames(directory)[1] ?? 0];
    cpSync(join(directory, 'audit'), kept, { recursive: true });
    // At once: it is under no checkpoint.
    for (const name of segmentNames(directory)) rmSync(join(segmentsOf(directory), `${name}.jsonl`));
    expect(await startRefused(directory)).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/not to be believed/),
    });
    expect((await verify(directory, key)).code).toBe(13);
    expect(faultOf(directory)).toBeDefined();
    // After a start, whose checkpoint covers it: nothing goes by it, and nothing may.
    rmSync(join(directory, 'audit'), { recursive: true });
    cpSync(kept, join(directory, 'audit'), { recursive: true });
    const gateway = await startProcess(directory, SMALL_SEGMENTS);
    await gateway.send('POST /evaluate', { body: reading() });
    await gateway.stop();
    expect(segmentNames(directory)).toHaveLength(3);
    for (const name of [0, second]) rmSync(join(segmentsOf(directory), `${name}.jsonl`));
    expect(await startRefused(directory)).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/not to be believed: none of our keys has signed it/),
    });
    const { code, stdout } = await verify(directory, key);
    expect({ code, stdout }).toMatchObject({
      code: 13,
      stdout: expect.stringMatching(/signed by no key that is believed/),
    });
    const note = notesOf(directory).at(-1) ?? '';
    expect(naiveCheckpointFault(note, logOf(directory), key)).toMatch(/no trusted key has signed the purge/);
  });

  it('shows where the event was edited, or a segment that remains exchanged', async () => {
    const { directory } = await filledLog();
    const key = logKeyOf(directory);
    const [, second = 0] = segmentNames(directory);
    const cutoff = eventsOf(directory).find(({ sequence }) => sequence === second + 400)?.timestamp ?? '';
    const args = ['--before', cutoff, '--allow-short', '--approver', 'Ada', '--reason', 'old'];
    await runTool(['audit', 'purge', ...args], directory);
    const log = readFileSync(auditFile(directory), 'utf8');
    writeFileSync(auditFile(directory), log.replace('"approver":"Ada"', '"approver":"Bob"'));
    expect((await verify(directory, key)).code).toBe(13);
    expect(faultOf(directory)).toMatch(/wrong hash/);
    expect((await startRefused(directory)).code).toBe(13);
    writeFileSync(auditFile(directory), log);
    expect((await verify(directory, key)).code).toBe(0);
    const [one = 0, two = 0] = segmentNames(directory);
    const path = (name: number | string): string => join(segmentsOf(directory), `${name}.jsonl`);
    renameSync(path(one), path('x'));
    renameSync(path(two), path(one));
    renameSync(path('x'), path(two));
    expect((await verify(directory, key)).code).toBe(13);
    expect(faultOf(directory)).toBeDefined();
    expect((await startRefused(directory)).code).toBe(13);
  });

  it('is not purged where a line of it does not hold', async () => {
    const { directory } = await filledLog();
    const path = join(segmentsOf(directory), '0.jsonl');
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    writeFileSync(path, text.replace('"decision":"allow"', '"decision":"block"'));
    const { code, stderr } = await purgeAll(directory);
    expect({ code, stderr }).toMatchObject({ code: 13, stderr: expect.stringMatching(/hash/) });
    expect(segmentNames(directory)).toHaveLength(3);
  });
});

/** Puts events behind the end of a log as anybody can who may write to it: with a chain that holds, and no key. */
function appendForged(directory: string, payloads: readonly Record<string, unknown>[]): void {
  let last = eventsOf(directory).at(-1) as unknown as Record<string, unknown>;
  let text = readFileSync(auditFile(directory), 'utf8');
  for (const payload of payloads) {
    const event = {
      event_id: last['event_id'],
      event_type: 'segment_purged',
      payload,
      prev_hash: last['hash'],
      schema_version: '1.0',
      sequence: Number(last['sequence']) + 1,
      timestamp: last['timestamp'],
    };
    last = { ...event, hash: `sha256:${createHash('sha256').update(sorted(event)).digest('hex')}` };
    text += `${sorted(last)}\n`;
  }
  writeFileSync(auditFile(directory), text);
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join(',')}}`;
}
