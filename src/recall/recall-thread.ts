import { parentPort, workerData } from 'node:worker_threads';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { createBundleVersions } from '../evaluation/bundle-versions.ts';
import type { JsonObject } from '../json/value.ts';
import { compileBundleContent } from '../policy/compile.ts';
import { compileQuery } from '../policy/history.ts';
import type { QueryContent } from '../policy/history-schema.ts';
import { recallLog } from './recall-log.ts';

/** What a thread is started with. */
export type RecallData = {
  auditFile: string;
  archive: string;
  /** Content of the active bundle. */
  active: JsonObject;
  questions: QueryContent[];
  to: number;
  nowMs: number;
  limit: number;
};

/** What it says: what it remembers, in pieces, and at last from when on, or why it says nothing. */
export type FromRecall =
  | { type: 'remembered'; key: string; entries: [string, number[]][] }
  | { type: 'done'; throughSequence: number; knownSinceMs: [string, number][] }
  | { type: 'failed'; message: string };

/** Keys of one message: taking them holds up no decision for long. */
const KEYS_PER_MESSAGE = 2_000;

async function run(say: (message: FromRecall) => void): Promise<void> {
  const { auditFile, archive, active, questions, ...task } = workerData as RecallData;
  const { bundle, problems } = compileBundleContent(active);
  if (bundle === undefined) throw new Error(`the active bundle does not compile: ${problems[0]?.message}`);
  const kept = new BundleArchive(archive);
  const versions = createBundleVersions({ content: (version) => kept.read(version), active: () => bundle });
  const { ledger, throughSequence } = await recallLog(auditFile, {
    ...task,
    queries: questions.map(compileQuery),
    bundleOf: (version) => versions.version(version).catch(() => undefined),
  });
  const answers = [...ledger.answers()];
  for (const [key, remembered] of answers) {
    let entries: [string, number[]][] = [];
    for (const entry of remembered.entries()) {
      entries.push(entry);
      if (entries.length < KEYS_PER_MESSAGE) continue;
      say({ type: 'remembered', key, entries });
      entries = [];
    }
    say({ type: 'remembered', key, entries });
  }
  say({
    type: 'done',
    throughSequence,
    knownSinceMs: answers.map(([key, { knownSinceMs }]) => [key, knownSinceMs]),
  });
}

const port = parentPort;
if (port !== null) {
  const say = (message: FromRecall) => port.postMessage(message);
  await run(say).catch((error: unknown) =>
    say({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
}
