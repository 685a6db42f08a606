import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { type DecisionChanges, notCompared } from '../bundles/decision-changes.ts';
import type { LoadResult, PolicyFiles } from '../bundles/load-policy-set.ts';
import { fileProblem } from '../bundles/policy-errors.ts';
import { checkedSet, keepVersion, type LoadedVersion, type PolicyLoader } from '../bundles/policy-loader.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type { TestRunner } from '../bundles/policy-tests.ts';
import type { Comparison } from '../bundles/rule-changes.ts';
import { startThread } from '../threads/start-thread.ts';
import { assembleSet, inSlices } from './assemble-set.ts';
import { compareContents, rulesIn } from './compare-contents.ts';
import type { FromLoading, LoadingData, ToLoading } from './wire.ts';

/** Files that are shorter together are read at once: that takes less time than a thread would save. */
const READ_AT_ONCE_CHARACTERS = 65_536;
/** Two bundles with fewer rules together are compared by the thread of the decisions, a few milliseconds at a time. */
const COMPARED_AT_ONCE_RULES = 500;
/** Longer is not waited for: an activation must not hang on what is said of it. */
const COMPARED_WITHIN_MS = 5_000;
/** Of a large set of policies. */
const CHARACTERS_PER_RULE = 200;
/**
 * What the thread may use: several times of what it needs. A thread that needs more is ended, and not the gateway; and one
 * that may use much more leaves its garbage lying.
 */
const HEAP_MB = { least: 128, perMillionCharacters: 160, most: 4_096 };

type Asked = ToLoading extends infer T ? (T extends ToLoading ? Omit<T, 'id'> : never) : never;

/**
 * Reads sets on a thread of their own, which parses, checks, lints, runs the tests and writes the archive; the thread of the
 * decisions only puts together what comes back. The thread is started when files first are large enough to need it, and
 * stays: what it remembers of a set makes the next one cheap.
 */
export class ThreadLoader implements PolicyLoader {
  readonly #archive: string;
  readonly #runTest: TestRunner;
  readonly #waiting = new Map<number, PromiseWithResolvers<FromLoading>>();
  #worker: Worker | undefined;
  #lastId = 0;
  #heapMb = 0;

  constructor(archive: string, runTest: TestRunner) {
    this.#archive = archive;
    this.#runTest = runTest;
  }

  async load(files: PolicyFiles, base?: PolicySet): Promise<LoadResult> {
    if (charactersIn(files) <= READ_AT_ONCE_CHARACTERS) return checkedSet(files, this.#runTest);
    await this.#makeRoom(charactersIn(files));
    const known = base === undefined ? {} : { base: base.bundle.version };
    const answer = await this.#ask({ load: files, ...known }).catch(
      (error: Error): FromLoading => ({ id: 0, failed: error.message }),
    );
    if ('parts' in answer) return { set: await assembleSet(answer.parts, base) };
    if ('problems' in answer) return { problems: answer.problems };
    const why = 'failed' in answer ? answer.failed : 'no answer';
    return { problems: [fileProblem('policies.yaml', `the files cannot be checked: ${why}`)] };
  }

  async keep(loaded: LoadedVersion): Promise<void> {
    const { source, version } = loaded;
    const { files_hash } = version;
    const isThere = this.#worker !== undefined && charactersIn(source.files) > READ_AT_ONCE_CHARACTERS;
    if (isThere) {
      const keep = { version: version.version, files_hash };
      const { manifest } = source;
      const answer = await this.#ask({ keep, ...(manifest !== undefined && { manifest }) });
      if ('failed' in answer) throw new Error(`the archive cannot be written: ${answer.failed}`);
      if ('kept' in answer && answer.kept) return;
    }
    await keepVersion(new BundleArchive(this.#archive), loaded);
  }

  /** How decisions change from one bundle to another. Takes a few seconds at most. */
  async compare(pair: Required<Comparison>): Promise<DecisionChanges> {
    const rules = rulesIn(pair.from.content) + rulesIn(pair.to.content);
    if (rules <= COMPARED_AT_ONCE_RULES) return inSlices(compareContents(pair));
    await this.#makeRoom(rules * CHARACTERS_PER_RULE);
    const { from, to, tenant_id } = pair;
    const asked = this.#ask({ compare: { from: from.version, to: to.version, tenant_id } });
    const answer = await Promise.race([
      asked.catch(() => undefined),
      after(COMPARED_WITHIN_MS, 'late' as const),
    ]);
    if (answer === 'late') return notCompared('time');
    return answer !== undefined && 'compared' in answer ? answer.compared : notCompared('fault');
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** A set that is much larger than those before needs a larger thread, which begins anew. */
  async #makeRoom(characters: number): Promise<void> {
    const needed = HEAP_MB.least + Math.ceil((HEAP_MB.perMillionCharacters * characters) / 1_000_000);
    if (Math.min(needed, HEAP_MB.most) <= this.#heapMb || this.#waiting.size > 0) return;
    // A little more, so that a set that grows every day is no reason to begin anew every day.
    this.#heapMb = Math.min(Math.ceil(1.25 * needed), HEAP_MB.most);
    const smaller = this.#worker;
    this.#worker = undefined;
    await smaller?.terminate();
  }

  #ask(asked: Asked): Promise<FromLoading> {
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<FromLoading>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ id, ...asked } satisfies ToLoading);
    return waiting.promise;
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'loading-thread', {
      workerData: { archive: this.#archive } satisfies LoadingData,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMb },
    });
    worker.on('message', (message: FromLoading) => {
      this.#waiting.get(message.id)?.resolve(message);
      this.#waiting.delete(message.id);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', (error) => this.#gone(worker, error));
    worker.on('exit', () => this.#gone(worker, new Error('the thread that reads policies has ended')));
    return worker;
  }

  #gone(worker: Worker, why: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}

async function after<T>(ms: number, value: T): Promise<T> {
  await setTimeout(ms, undefined, { ref: false });
  return value;
}

function charactersIn(files: PolicyFiles): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}
