import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetFigures } from '../process/budget-figures.ts';
import {
  type GatewayProcess,
  gatewayDirectory,
  type Reply,
  startProcess,
} from '../process/gateway-process.ts';
import { countersOf, faultOf, linesOf } from '../process/naive-log.ts';
import { incident, reading } from '../process/plans.ts';
import { type Fault, straceOf, whyNoStrace } from './strace.ts';

const LOG = 'audit/events.jsonl';
const SEGMENTS = 'audit/segments';
const HISTORY = 'audit/checkpoints.jsonl';
const TREE = 'audit/tree';
const STORE = ['data/aisecops.db', 'data/aisecops.db-wal'];
const RENAME = '?rename,?renameat,?renameat2';
const FAULTS = ['EIO', 'ENOSPC', 'SIGKILL'] as const;

/** Each call that carries evidence to the disk, and in which of its turns something happens. */
const CALLS: { call: string; files: readonly string[]; turns: readonly number[] }[] = [
  { call: 'openat', files: [LOG], turns: [1, 2, 3] },
  { call: 'pwrite64', files: [LOG], turns: [1, 2, 7, 20] },
  { call: 'fdatasync', files: [LOG], turns: [1, 2, 7, 20] },
  { call: RENAME, files: [LOG], turns: [1] },
  { call: 'fchmod', files: [`${SEGMENTS}/0.jsonl`], turns: [1] },
  { call: 'fsync', files: [SEGMENTS], turns: [1] },
  { call: 'fsync', files: ['audit'], turns: [1, 2] },
  { call: '?mkdir,?mkdirat', files: [SEGMENTS], turns: [1] },
  // Of everything that is put in place whole: policies, keys, checkpoints. Their first name is made up.
  { call: RENAME, files: [], turns: [1, 2] },
  { call: 'write', files: [HISTORY], turns: [1] },
  { call: 'pwrite64', files: [TREE], turns: [1, 2] },
  { call: 'openat', files: [TREE], turns: [1] },
  { call: 'pwrite64', files: STORE, turns: [5, 100] },
  { call: '?fsync,?fdatasync', files: STORE, turns: [1] },
];

const MATRIX: Fault[] = CALLS.flatMap(({ turns, ...call }) =>
  turns.flatMap((when) => FAULTS.map((does) => ({ ...call, does, when }))),
);

/** One of each call, each kind of fault among them: what there is time for in every run. */
const SAMPLE: Fault[] = [
  { call: 'pwrite64', files: [LOG], does: 'ENOSPC', when: 7 },
  { call: 'fdatasync', files: [LOG], does: 'EIO', when: 7 },
  { call: 'fdatasync', files: [LOG], does: 'SIGKILL', when: 15 },
  { call: RENAME, files: [LOG], does: 'EIO', when: 1 },
  { call: 'fchmod', files: [`${SEGMENTS}/0.jsonl`], does: 'SIGKILL', when: 1 },
  { call: RENAME, files: [], does: 'ENOSPC', when: 1 },
  { call: 'pwrite64', files: STORE, does: 'EIO', when: 100 },
  { call: 'write', files: [HISTORY], does: 'EIO', when: 1 },
  { call: 'pwrite64', files: [LOG], does: 'SIGKILL', when: 2 },
];

const wanted = process.env['AISECOPS_TEST_FAULTS'] === 'all' ? MATRIX : SAMPLE;
const why = whyNoStrace();

const CALLERS = 6;
const PLANS = 48;
/** Enough of it fills the smallest segment there may be. */
const DESCRIPTION = 'It is slow. '.repeat(2_500);
const ENV = { AISECOPS_SEGMENT_BYTES: '1048576' };

type Receipt = { sequence: number; hash: string };
type Seen = { startedAt: number; endedAt: number; reply: Reply | undefined };

/** Sends plans until all are sent or the gateway is gone; nothing is what a caller gets then. */
async function load(gateway: GatewayProcess): Promise<Seen[]> {
  const seen: Seen[] = [];
  let sent = 0;
  const caller = async () => {
    while (sent < PLANS) {
      sent += 1;
      const body = sent % 3 === 0 ? reading() : incident(DESCRIPTION);
      const startedAt = performance.now();
      const reply = await gateway.send('POST /evaluate', { body }).catch(() => undefined);
      seen.push({ startedAt, endedAt: performance.now(), reply });
      if (reply === undefined) return;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return seen;
}

/** Nothing but decisions with evidence and refusals; and once one was refused for good, nothing is decided any more. */
async function expectLatched(gateway: GatewayProcess, seen: readonly Seen[]): Promise<void> {
  const refused = seen.filter(({ reply }) => reply?.status === 503);
  for (const { reply } of seen) {
    if (reply === undefined) continue;
    if (reply.status === 503) expect(reply.body).toMatchObject({ code: 'audit_unavailable' });
    else expect(reply).toMatchObject({ status: 200, body: { decision: 'allow' } });
  }
  const [first] = refused.map(({ endedAt }) => endedAt).toSorted((a, b) => a - b);
  if (first === undefined) return;
  const later = seen.filter(({ startedAt, reply }) => startedAt > first && reply !== undefined);
  expect(later.filter(({ reply }) => reply?.status !== 503)).toEqual([]);
  const again = await gateway.send('POST /evaluate', { body: reading() });
  expect(again.status).toBe(503);
  const ready = await gateway.send('GET /readyz');
  expect(ready).toMatchObject({ status: 503, body: { ready: false } });
  const checks = ready.body['checks'] as { name: string; ok: boolean; detail: string }[];
  expect(checks.find(({ name }) => name === 'audit_log')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^broken \([A-Z_]+\): .* started again/),
  });
}

/** Every receipt that a caller holds is in the log at its place, before anything repairs it. */
function expectReceipts(directory: string, seen: readonly Seen[]): void {
  const receipts = seen.flatMap(({ reply }) => (reply?.body['audit'] as Receipt | undefined) ?? []);
  if (receipts.length === 0) return;
  const lines = linesOf(directory);
  expect(receipts.filter(({ sequence, hash }) => lines[sequence]?.hash !== hash)).toEqual([]);
}

/** With the fault gone the gateway starts, decides, and log, checkpoint and store say the same. */
async function expectSound(directory: string): Promise<void> {
  const gateway = await startProcess(directory, { env: ENV });
  expect((await gateway.send('GET /readyz')).body).toMatchObject({ ready: true });
  const { body } = await gateway.send('POST /evaluate', { body: reading() });
  expect(body).toMatchObject({ decision: 'allow' });
  expect(await budgetFigures(gateway)).toEqual(countersOf(directory));
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  expect(faultOf(directory)).toBeUndefined();
}

/** Nothing where the fault lets it not even start. Then it says why, and is no stack trace. */
async function startFaulty(fault: Fault, directory: string): Promise<GatewayProcess | undefined> {
  try {
    return await startProcess(directory, { env: ENV, runner: straceOf(fault, directory) });
  } catch (error) {
    if (fault.does !== 'SIGKILL')
      expect(String(error)).toMatch(new RegExp(`aisecops: .*(${fault.does}|disk I/O|full)`));
    expect(String(error)).not.toMatch(/^\s+at /m);
    return undefined;
  }
}

/** Whatever comes to pass: what callers were answered is in the log, and what they were not is not decided. */
async function expectKept(gateway: GatewayProcess, directory: string): Promise<void> {
  const seen = await load(gateway);
  if (seen.some(({ reply }) => reply === undefined)) expect((await gateway.ended).signal).toBe('SIGKILL');
  else {
    await expectLatched(gateway, seen);
    await gateway.stop();
  }
  expectReceipts(directory, seen);
}

describe.skipIf(why !== undefined)('a system call that fails', () => {
  it.each(
    wanted.map((fault) => ({
      ...fault,
      call: fault.call.replaceAll('?', ''),
      file: fault.files[0] ?? 'any file',
      fault,
    })),
  )('$call on $file: $does at call $when', { timeout: 60_000 }, async ({ fault }) => {
    const directory = gatewayDirectory();
    const gateway = await startFaulty(fault, directory);
    if (gateway !== undefined) await expectKept(gateway, directory);
    expectMet(directory);
    await expectSound(directory);
  });
});

/** The fault came to pass: a case that meets nothing shows nothing. */
function expectMet(directory: string): void {
  const trace = join(directory, 'strace.out');
  expect(existsSync(trace) && readFileSync(trace, 'utf8')).toMatch(/INJECTED|killed by SIGKILL/);
}

it.runIf(why !== undefined)(`system calls are not made to fail here: ${why}`, ({ skip }) => skip(why));
