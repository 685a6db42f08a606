import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { readLogLines } from '../../src/audit/log-files.ts';
import { reportLog } from '../../src/audit/log-report.ts';
import { openSignedLog } from '../../src/audit/open-signed-log.ts';
import { TreeFile } from '../../src/audit/tree-file.ts';
import { keyObjectsOf, openKeyRing } from '../../src/keys/key-ring.ts';
import { planPurge } from '../../src/retention/plan-purge.ts';
import { parseVerifierKey } from '../../src/tlog/note-key.ts';
import { leafHash } from '../../src/tlog/tree-hash.ts';
import { runTool } from '../cli/run-tool.ts';
import { forgeEvent, resealEvent } from './forge-log.ts';
import { START_MS } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

const auditFile = (directory: string): string => join(directory, 'audit', 'events.jsonl');
const purgedFile = (directory: string): string => join(directory, 'audit', 'purged.jsonl');

async function openIn(directory: string) {
  const { log, checkpointer, verifierKey } = await openSignedLog({
    file: auditFile(directory),
    keys: keyObjectsOf(await openKeyRing(join(directory, 'data', 'signing-keys.json'), 'log')),
    limits: { maxSegmentBytes: 4_000 },
    clock: () => START_MS,
    onCommit: () => undefined,
    onCheckpointFailure: (cause) => expect.fail(String(cause)),
  });
  const close = async (): Promise<void> => {
    await log.close();
    await checkpointer.close();
  };
  return { log, verifierKey, close };
}

/** A log of several segments, the oldest of which was purged. */
let purged: { directory: string; key: string };

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'purged-view-'));
  for (const name of ['audit', 'data']) mkdirSync(join(directory, name));
  const { log, verifierKey, close } = await openIn(directory);
  for (let turn = 0; turn < 20; turn += 1) await log.append(planGroup(`run-${turn}`, 2));
  await close();
  const args = ['--before', '2026-11-02T09:14:08Z', '--allow-short', '--approver', 'Ada', '--reason', 'old'];
  expect(await runTool(['audit', 'purge', ...args], directory)).toMatchObject({ code: 0 });
  expect(readdirSync(join(directory, 'audit', 'segments'))).not.toContain('0.jsonl');
  purged = { directory, key: verifierKey };
});
afterAll(() => rmSync(purged.directory, { recursive: true, force: true }));

it.each<[string, (file: string) => void]>([
  ['is gone', (file) => rmSync(file)],
  ['holds no lines', (file) => writeFileSync(file, 'nothing\n{}\n')],
  [
    'has the line of another event',
    (file) => addLike(file, (event) => Object.assign(event, { sequence: 9_999 })),
  ],
  [
    'has a line that says something else of the event',
    (file) =>
      addLike(file, ({ payload }) => Object.assign(payload as object, { reason: 'other', note: 'other' })),
  ],
  [
    'has such a line before the others',
    (file) => {
      const lines = readFileSync(file);
      addLike(file, ({ payload }) => Object.assign(payload as object, { reason: 'other' }));
      const last = readFileSync(file).subarray(lines.length);
      writeFileSync(file, Buffer.concat([last, lines]));
    },
  ],
])('a purged log holds and is opened where the view of what was purged %s', async (_what, change) => {
  const directory = mkdtempSync(join(tmpdir(), 'purged-view-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(purged.directory, directory, { recursive: true });
  change(purgedFile(directory));
  const { ok, signer } = await reportLog(auditFile(directory), {
    keys: [parseVerifierKey(purged.key)],
    checkpointFiles: [],
  });
  expect({ ok, signer }).toMatchObject({ ok: true, signer: { status: 'established' } });
  const { close } = await openIn(directory);
  await close();
});

/** Adds a line like the last one, changed, that holds by itself. */
function addLike(file: string, change: (event: Record<string, unknown>) => void): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${[...lines, lines.at(-1)].join('\n')}\n`);
  resealEvent(file, lines.length, change);
}

it('a segment that was written anew is not purged, whatever the tree says', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'purged-view-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ['audit', 'data']) mkdirSync(join(directory, name));
  const { log, close } = await openIn(directory);
  for (let turn = 0; turn < 20; turn += 1) await log.append(planGroup(`run-${turn}`, 2));
  await close();
  const question = { before: '2026-11-02T09:14:08.000Z', holds: [] };
  const plan = await planPurge(auditFile(directory), question);
  expect(plan.segments.length).toBeGreaterThan(1);
  const segment = join(directory, 'audit', 'segments', '0.jsonl');
  chmodSync(segment, 0o600);
  forgeEvent(segment, 3, (event) => {
    event['decision'] = 'allow';
  });
  // Beneath a gateway that runs: the tree is made to say what the forger wants.
  rmSync(join(directory, 'audit', 'tree'));
  const tree = new TreeFile(join(directory, 'audit', 'tree'));
  for await (const lines of readLogLines(auditFile(directory)))
    for (const { raw } of lines) tree.add(leafHash(raw));
  tree.close();
  await expect(planPurge(auditFile(directory), question)).rejects.toMatchObject({
    reason: 'prev_hash_mismatch',
  });
});
