import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { reportLog } from '../../src/audit/log-report.ts';
import { openSignedLog } from '../../src/audit/open-signed-log.ts';
import { rotateKeyCommand } from '../../src/cli/rotate-key.ts';
import { keyObjectsOf, openKeyRing } from '../../src/keys/key-ring.ts';
import { parseVerifierKey } from '../../src/tlog/note-key.ts';
import { openLog, START_MS } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

const synced = vi.hoisted((): string[] => []);
vi.mock('../../src/audit/file-io.ts', async (original) => {
  const real = await original<typeof import('../../src/audit/file-io.ts')>();
  const syncDirectory = (directory: string): void => {
    real.syncDirectory(directory);
    synced.push(directory);
  };
  return { ...real, syncDirectory };
});

/**
 * What a power cut leaves of files that were replaced or added to: under the names that a directory had when it was last synced,
 * the content that was there when the file was. Sees what is synced by handles of `node:fs/promises`.
 */
async function diskUnder(directory: string) {
  const names = new Map<string, string>();
  const contents = new Map<string, Buffer>();
  const note = (path: string): void => {
    if (!statSync(path).isDirectory()) contents.set(identityOf(path), readFileSync(path));
    else for (const name of readdirSync(path)) names.set(join(path, name), identityOf(join(path, name)));
  };
  // What is there already has had its time.
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    note(join(directory, path));
  const handle = await open(directory, 'r');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const sync = prototype.sync;
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    await sync.call(this);
    const path = readlinkSync(`/proc/self/fd/${this.fd}`);
    if (path.startsWith(directory)) note(path);
  });
  onTestFinished(() => spy.mockRestore());
  return {
    /** Of the log all lines are there: each was synced before it was answered. */
    cutPower(into: string): void {
      cpSync(directory, into, { recursive: true });
      for (const name of [
        'audit/checkpoint',
        'audit/checkpoints.jsonl',
        'audit/tree',
        'data/signing-keys.json',
      ]) {
        rmSync(join(into, name), { force: true });
        const content = contents.get(names.get(join(directory, name)) ?? '');
        if (content !== undefined) writeFileSync(join(into, name), content, { mode: 0o600 });
      }
    },
  };
}

/** A number alone is used again once its file is gone. */
function identityOf(path: string): string {
  const { ino, birthtimeMs } = statSync(path);
  return `${ino} ${birthtimeMs}`;
}

function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'power-cut-'));
  mkdirSync(join(directory, 'audit'));
  mkdirSync(join(directory, 'data'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const auditFile = (directory: string): string => join(directory, 'audit', 'events.jsonl');
const keyFile = (directory: string): string => join(directory, 'data', 'signing-keys.json');

async function openIn(directory: string) {
  const { log, checkpointer, verifierKey } = await openSignedLog({
    file: auditFile(directory),
    keys: keyObjectsOf(await openKeyRing(keyFile(directory), 'log')),
    clock: () => START_MS,
    onCommit: () => undefined,
    onCheckpointFailure: (cause) => {
      throw cause;
    },
  });
  const close = async (): Promise<void> => {
    await log.close();
    await checkpointer.close();
  };
  return { log, checkpointer, verifierKey, close };
}

function cutOff(disk: Awaited<ReturnType<typeof diskUnder>>): string {
  const left = tempDirectory();
  disk.cutPower(left);
  return left;
}

it('leaves the first checkpoint of a log that has taken its first event', async () => {
  const directory = tempDirectory();
  const disk = await diskUnder(directory);
  const { log, close } = await openIn(directory);
  await log.append(planGroup('run-1', 3));
  const left = cutOff(disk);
  await close();
  await (await openIn(left)).close();
});

it('leaves the checkpoint that hands over to another key, once the key file has it', async () => {
  const directory = tempDirectory();
  const { log, verifierKey: before, close } = await openIn(directory);
  await log.append(planGroup('run-1', 3));
  await close();
  const disk = await diskUnder(directory);
  const said: string[] = [];
  const terminal = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
  const given = {
    'audit-file': auditFile(directory),
    keys: keyFile(directory),
    store: join(directory, 'data', 'aisecops.db'),
    reason: 'yearly',
    by: 'Kim',
  };
  expect(await rotateKeyCommand.run(given, terminal as never), said.join('')).toBe(0);
  const left = cutOff(disk);
  const after = await openIn(left);
  await after.log.append(planGroup('run-2', 1));
  await after.close();
  expect(after.verifierKey).not.toBe(before);
  // Whoever has the old key alone still comes to the new one.
  const { ok, signer } = await reportLog(auditFile(left), {
    keys: [parseVerifierKey(before)],
    checkpointFiles: [],
  });
  expect({ ok, signer }).toMatchObject({
    ok: true,
    signer: { status: 'established', key: after.verifierKey },
  });
});

it('leaves the directories that were made for a log', async () => {
  const directory = tempDirectory();
  const file = join(directory, 'deep', 'audit', 'events.jsonl');
  const { log } = await openLog(file);
  await log.close();
  expect(synced).toEqual(
    expect.arrayContaining([directory, join(directory, 'deep'), join(directory, 'deep', 'audit')]),
  );
});
