import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointWalk } from '../../src/audit/checkpoint-walk.ts';
import { reportLog } from '../../src/audit/log-report.ts';
import { findLogStart, WHOLE_LOG } from '../../src/audit/log-start.ts';
import { openSignedLog } from '../../src/audit/open-signed-log.ts';
import { proveEvent } from '../../src/audit/prove-event.ts';
import { openTree } from '../../src/audit/tree-file.ts';
import type { Hold } from '../../src/holds/hold.ts';
import { planPurge } from '../../src/retention/plan-purge.ts';
import { finishPurges, type PurgeParts, purge } from '../../src/retention/purge.ts';
import { readHere } from '../../src/retention/purge-reading.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { parseVerifierKey } from '../../src/tlog/note-key.ts';
import { treeRoot } from '../../src/tlog/proof.ts';
import { blobsOf, START_MS, tempLogFile } from '../audit/log-fixture.ts';
import { naiveCheckpointFault } from '../audit/naive-checkpoint.ts';
import { naiveRootBehind, naiveStart } from '../audit/naive-purge.ts';
import { naiveEvents, naiveFault } from '../audit/naive-verifier.ts';
import { planGroup } from '../audit/plan-group.ts';
import { beside, LOG_KEY, ORIGIN, verifierKey } from '../audit/signed-log.ts';
import { naiveRoot } from '../tlog/naive-tree.ts';

const STEP_MS = 60_000;
const AGENTS = ['agent-a', 'agent-b', 'agent-c'];

/** Which agent did something in a minute, and with how many events. */
type Minute = { agent: number; events: number };

/** A log in small segments, one group a minute, with its store. */
async function logOf(minutes: readonly Minute[]) {
  const file = tempLogFile();
  const time = { nowMs: START_MS };
  const store = await openSqliteStore(':memory:');
  const opened = await openSignedLog({
    ...{ file, origin: ORIGIN, clock: () => time.nowMs, keys: { current: LOG_KEY, retired: [] } },
    limits: { maxSegmentBytes: 6_000 },
    onCommit: (groups) => store.commit(groups),
    onCheckpointFailure: (cause) => {
      throw cause;
    },
  });
  // The log opens itself and names its key before anybody follows it.
  await store.beginBehind({ sequence: 1, hash: '', offset: 0 });
  for (const { agent, events } of minutes) {
    time.nowMs += STEP_MS;
    const { context, ...rest } = planGroup(`run-${agent}`, events);
    const { trace_id: _, ...shared } = context;
    await opened.log.append({ ...rest, context: { ...shared, agent_id: AGENTS[agent] ?? '' } });
    await opened.checkpointer.tick();
  }
  const { log, checkpointer, signer, isOwnPurge } = opened;
  const parts: PurgeParts = {
    ...{ auditFile: file, store, origin: log.origin, signer, verifierKey: opened.verifierKey, isOwnPurge },
    reading: readHere(file),
    appendAlone: async (make) => log.append(await make()),
    signThrough: () => checkpointer.signNow(),
    clock: () => time.nowMs,
    removeBlobs: (names) => log.removeBlobs(names),
    pause: async () => undefined,
  };
  const close = async (): Promise<void> => {
    await log.close();
    await checkpointer.close();
    await store.close();
  };
  return { file, parts, close };
}

const minutes = fc.array(fc.record({ agent: fc.nat(2), events: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 25,
});

function filesOf(file: string): Buffer[] {
  const names = readdirSync(join(file, '..')).includes('segments')
    ? readdirSync(beside(file, 'segments'))
    : [];
  const sorted = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return [...sorted.map((name) => beside(file, `segments/${name}`)), file].map((path) => readFileSync(path));
}

function holdOf(scope: Hold['scope']): Hold {
  return { hold_id: 'hld-1', status: 'active', scope, reason: 'r', placed_by: 'p', placed_at: '2026-01-01' };
}

function linesOf(bytes: Buffer): Buffer[] {
  const texts = bytes.toString('latin1').trimEnd().split('\n');
  return texts.map((line) => Buffer.from(line, 'latin1'));
}

/** Reads every line of every closed segment, and parses it. */
function expectedOf(file: string, before: string, agent: number | null) {
  const expected: number[] = [];
  for (const segment of filesOf(file).slice(0, -1)) {
    const events = linesOf(segment).map((line) => JSON.parse(line.toString('utf8')));
    const isHeld = agent !== null && events.some(({ agent_id }) => agent_id === AGENTS[agent]);
    if (events.some(({ timestamp }) => timestamp >= before)) break;
    if (isHeld) return { expected, kept: events[0].sequence };
    expected.push(events[0].sequence);
  }
  return { expected, kept: undefined };
}

/** Any head, before the purge or after it, is what it was over all lines. */
async function expectHeads(
  file: string,
  { all, lines, gone }: { all: Buffer[]; lines: Buffer[]; gone: number },
): Promise<void> {
  const start = (await findLogStart(file)) ?? WHOLE_LOG;
  const purged = naiveStart(Buffer.concat(filesOf(file)));
  for (let size = 1; size <= all.length; size += 3) {
    const root = naiveRoot(all.slice(0, size)).toString('latin1');
    const heads = [root, '\0'.repeat(32)].map((head) => ({ origin: ORIGIN, size, root: head }));
    const walk = new CheckpointWalk(file, start, heads);
    for (const line of lines) walk.next(line);
    expect(walk.matches.map(({ result }) => result)).toEqual(['holds', 'rewritten']);
    if (purged === undefined || size <= gone) continue;
    expect(naiveRootBehind(purged, lines, size).toString('latin1')).toBe(root);
  }
}

describe('what may be purged', () => {
  it('is what a plain reading of all lines says: whole segments, all old, none held', async () => {
    await fc.assert(
      fc.asyncProperty(minutes, fc.nat(30), fc.option(fc.nat(2)), async (given, age, agent) => {
        const { file, close } = await logOf(given);
        const before = new Date(START_MS + age * STEP_MS).toISOString();
        const holds = agent === null ? [] : [holdOf({ agent_id: AGENTS[agent] ?? '' })];
        const plan = await planPurge(file, { before, holds });
        const { expected, kept } = expectedOf(file, before, agent);
        expect(plan.segments.map(({ first }) => first)).toEqual(expected);
        expect(plan.kept?.first).toBe(kept);
        await close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('after a purge', () => {
  it('chain, tree, checkpoints and proofs hold over what remains, for both verifiers', async () => {
    await fc.assert(
      fc.asyncProperty(minutes, fc.nat(30), async (given, age) => {
        const { file, parts, close } = await logOf(given);
        const whole = Buffer.concat(filesOf(file));
        const before = new Date(START_MS + age * STEP_MS).toISOString();
        const cause = { policy: 'keep', reason: 'old', by: 'Kim' };
        const { segments } = await purge(parts, { before, cause });
        await close();
        const kept = Buffer.concat(filesOf(file));
        const gone = segments.at(-1)?.last ?? -1;
        const lines = linesOf(kept);
        const all = [...linesOf(whole).slice(0, gone + 1), ...lines];
        expect(naiveFault(kept, blobsOf(file))).toBeUndefined();
        const note = readFileSync(beside(file, 'checkpoint'), 'utf8');
        expect(naiveCheckpointFault(note, kept, verifierKey())).toBeUndefined();
        const report = await reportLog(file, {
          keys: [parseVerifierKey(verifierKey())],
          checkpointFiles: [],
        });
        expect(report).toMatchObject({
          ok: true,
          completeness: { not_shown: 0 },
          signer: { status: 'established' },
        });
        expect(report.integrity).toMatchObject({ events: all.length, purged_events: gone + 1 });
        await expectHeads(file, { all, lines, gone });
        await expect(proveEvent(file, gone + 1, note)).resolves.toContain('c2sp.org/tlog-proof@v1');
        if (gone >= 0) await expect(proveEvent(file, gone, note)).rejects.toThrow('were purged');
      }),
      { numRuns: 25 },
    );
  });

  it('the tree can be begun again from what the purge left, and gives the same roots', async () => {
    const { file, parts, close } = await logOf(
      Array.from({ length: 20 }, (_, n) => ({ agent: n % 3, events: 7 })),
    );
    await purge(parts, {
      before: new Date(START_MS + 99 * STEP_MS).toISOString(),
      cause: { policy: 'p', reason: 'r', by: 'b' },
    });
    await close();
    const size = naiveEvents(Buffer.concat(filesOf(file))).at(-1)?.['sequence'] as number;
    const before = rootOf(file, size);
    rmTree(file);
    const again = await openSignedLog({
      ...{ file, clock: () => START_MS, keys: { current: LOG_KEY, retired: [] } },
      onCommit: () => undefined,
      onCheckpointFailure: () => undefined,
    });
    await again.log.close();
    await again.checkpointer.close();
    expect(rootOf(file, size)).toBe(before);
  });

  it('what is not signed by our key takes nothing away', async () => {
    const { file, parts, close } = await logOf(
      Array.from({ length: 20 }, (_, n) => ({ agent: n % 3, events: 7 })),
    );
    const names = readdirSync(beside(file, 'segments'));
    await purge(
      { ...parts, isOwnPurge: () => false },
      {
        before: new Date(START_MS + 99 * STEP_MS).toISOString(),
        cause: { policy: 'p', reason: 'r', by: 'b' },
      },
    );
    expect(readdirSync(beside(file, 'segments'))).toEqual(expect.arrayContaining(names));
    await finishPurges(parts);
    expect(names.filter((name) => readdirSync(beside(file, 'segments')).includes(name))).toEqual([]);
    await close();
  });

  it('is refused where a hold came while segments were read', async () => {
    const { parts, close } = await logOf(Array.from({ length: 20 }, (_, n) => ({ agent: n % 3, events: 7 })));
    const reading = {
      ...parts.reading,
      plan: async (before: string, holds: readonly Hold[]) => {
        const plan = await parts.reading.plan(before, holds);
        const hold = holdOf({ agent_id: 'agent-a' });
        await parts.appendAlone(async () => ({
          context: {},
          events: [{ event_type: 'hold_placed', payload: { hold } }],
        }));
        return plan;
      },
    };
    const request = {
      before: new Date(START_MS + 99 * STEP_MS).toISOString(),
      cause: { policy: 'p', reason: 'r', by: 'b' },
    };
    await expect(purge({ ...parts, reading }, request)).rejects.toMatchObject({ code: 'purge_conflict' });
    await close();
  });
});

function rootOf(file: string, size: number): string {
  const tree = openTree(file);
  try {
    return treeRoot(size, (level, index) => tree?.read(level, index) ?? '');
  } finally {
    tree?.close();
  }
}

function rmTree(file: string): void {
  rmSync(beside(file, 'tree'));
}
