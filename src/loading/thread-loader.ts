import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { type DecisionChanges, notCompared } from '../bundles/decision-changes.ts';
import { type LoadResult, loadPolicySet, type PolicyFiles } from '../bundles/load-policy-set.ts';
import { fileProblem } from '../bundles/policy-errors.ts';
import {
  type CheckResult,
  checkedSet,
  type Keeping,
  keepVersion,
  type PolicyLoader,
  summaryOf,
} from '../bundles/policy-loader.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type { TestRunner } from '../bundles/policy-tests.ts';
import type { Compared, Comparison, RuleChanges } from '../bundles/rule-changes.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { startThread } from '../threads/start-thread.ts';
import { VersionError } from '../versions/version-error.ts';
import { assembleSet, inSlices } from './assemble-set.ts';
import { compareContents, hasContent, rulesIn } from './compare-contents.ts';
import type { FromLoading, LoadingData, ToLoading, VersionPair } from './wire.ts';

/** Files that are shorter together are read at once: that takes less time than a thread would save. */
const READ_AT_ONCE_CHARACTERS = 65_536;
/** Two bundles with fewer rules together are compared by the thread of the decisions, a few milliseconds at a time. */
const COMPARED_AT_ONCE_RULES = 500;
/** Longer is not waited for: an activation must not hang on what is said of it. */
const COMPARED_WITHIN_MS = 5_000;
/** Of a large set of policies. */
const CHARACTERS_PER_RULE = 200;
/** Large sets that are checked without being loaded, the one that is looked at among them. */
const MAX_CHECKS = 4;
/** Questions that may wait for the thread before more of those that only tell something are refused. */
const MAX_WAITING = 8;
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
  /** Versions that the thread has read. */
  readonly #versions = new Set<string>();
  /** Until something was loaded to be decided under. */
  #isStarting = true;
  #worker: Worker | undefined;
  #lastId = 0;
  #heapMb = 0;
  #checks = 0;
  #lastCheck: Promise<unknown> = Promise.resolve();

  constructor(archive: string, runTest: TestRunner) {
    this.#archive = archive;
    this.#runTest = runTest;
  }

  async load(files: PolicyFiles, base?: PolicySet): Promise<LoadResult> {
    const isShort = charactersIn(files) <= READ_AT_ONCE_CHARACTERS;
    const result = isShort ? checkedSet(files, this.#runTest) : await this.#load(files, base, {});
    this.#isStarting = false;
    return result;
  }

  async compile(files: PolicyFiles, base?: PolicySet): Promise<LoadResult> {
    if (charactersIn(files) <= READ_AT_ONCE_CHARACTERS) return loadPolicySet(files);
    return this.#load(files, base, { isUntested: true });
  }

  async #load(
    files: PolicyFiles,
    base: PolicySet | undefined,
    how: { isUntested?: true },
  ): Promise<LoadResult> {
    const known = base === undefined ? {} : { base: base.bundle.version };
    const answer = await this.#read(files, { load: files, ...known, ...how });
    return 'parts' in answer ? { set: await assembleSet(answer.parts, base) } : problemsIn(answer);
  }

  async check(files: PolicyFiles): Promise<CheckResult> {
    if (charactersIn(files) <= READ_AT_ONCE_CHARACTERS) {
      const { set, problems } = checkedSet(files, this.#runTest);
      return set === undefined ? { problems } : { checked: summaryOf(set) };
    }
    if (this.#checks >= MAX_CHECKS)
      throw new VersionError(
        'too_many_checks',
        `${MAX_CHECKS} large sets are being checked; try again later`,
      );
    this.#checks += 1;
    // One after the other: what is loaded to be decided under waits for one of them at most.
    const turn = this.#lastCheck.then(() => this.#checkOnThread(files));
    this.#lastCheck = turn.catch(() => undefined);
    return turn.finally(() => {
      this.#checks -= 1;
    });
  }

  async #checkOnThread(files: PolicyFiles): Promise<CheckResult> {
    const answer = await this.#read(files, { check: files });
    return 'checked' in answer ? { checked: answer.checked } : problemsIn(answer);
  }

  async #read(files: PolicyFiles, asked: Asked): Promise<FromLoading> {
    await this.#makeRoom(charactersIn(files));
    const answer = await this.#ask(asked).catch(
      (error: Error): FromLoading => ({ id: 0, failed: error.message }),
    );
    if ('parts' in answer) this.#versions.add(answer.parts.version);
    if ('checked' in answer) this.#versions.add(answer.checked.compared.version);
    return answer;
  }

  async keep({ source, version, content }: Keeping): Promise<void> {
    const isLong = charactersIn(source.files) > READ_AT_ONCE_CHARACTERS;
    if (isLong && this.#worker !== undefined && (await this.#keepOnThread({ source, version }))) return;
    if (content !== undefined)
      return keepVersion(new BundleArchive(this.#archive), { content, source, version });
    // The thread has forgotten it, or has ended meanwhile.
    await this.#checkOnThread(source.files);
    if (!(await this.#keepOnThread({ source, version })))
      throw new Error('the archive cannot be written: the files cannot be read any more');
  }

  async #keepOnThread({ source, version }: Omit<Keeping, 'content'>): Promise<boolean> {
    const keep = { version: version.version, files_hash: version.files_hash };
    const { manifest } = source;
    const answer = await this.#ask({ keep, ...(manifest !== undefined && { manifest }) });
    if ('failed' in answer) throw new Error(`the archive cannot be written: ${answer.failed}`);
    return 'kept' in answer && answer.kept;
  }

  /** How decisions change from one bundle to another. Takes a few seconds at most. */
  async compare(pair: Required<Comparison>): Promise<DecisionChanges> {
    const { from, to, tenant_id } = pair;
    if (hasContent(from) && hasContent(to)) {
      const rules = rulesIn(from.content) + rulesIn(to.content);
      if (rules <= COMPARED_AT_ONCE_RULES) return inSlices(compareContents({ from, to, tenant_id }));
    }
    const asked = this.#askOf(pair, { compare: versionsOf(pair) });
    const answer = await Promise.race([
      asked.catch(() => undefined),
      after(COMPARED_WITHIN_MS, 'late' as const),
    ]);
    if (answer === 'late') return notCompared('time');
    return answer !== undefined && 'compared' in answer ? answer.compared : notCompared('fault');
  }

  /** What two bundles say differently. Rejects where one of them is not there, or with `too_many_checks`. */
  async changes(pair: Required<Comparison>, listed: number): Promise<RuleChanges> {
    const answer = await this.#askOf(pair, { changes: { ...versionsOf(pair), listed } });
    if ('changes' in answer) return answer.changes;
    throw new Error('failed' in answer ? answer.failed : 'no answer');
  }

  async #askOf({ from, to }: Required<Comparison>, asked: Asked): Promise<FromLoading> {
    if (this.#waiting.size >= MAX_WAITING)
      throw new VersionError('too_many_checks', 'too much is asked of large sets; try again later');
    if (!this.#versions.has(from.version) || !this.#versions.has(to.version))
      await this.#makeRoom((await this.#charactersOf(from)) + (await this.#charactersOf(to)));
    return this.#ask(asked);
  }

  async #charactersOf({ version, content }: Compared): Promise<number> {
    if (content !== undefined) return rulesIn(content) * CHARACTERS_PER_RULE;
    return (await new BundleArchive(this.#archive).bytesOf(version)) ?? 0;
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
    this.#versions.clear();
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
      workerData: { archive: this.#archive, isStarting: this.#isStarting } satisfies LoadingData,
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
    this.#versions.clear();
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}

function problemsIn(answer: FromLoading): { problems: PolicyProblem[] } {
  if ('problems' in answer) return { problems: answer.problems };
  const why = 'failed' in answer ? answer.failed : 'no answer';
  return { problems: [fileProblem('policies.yaml', `the files cannot be checked: ${why}`)] };
}

function versionsOf({ from, to, tenant_id }: Required<Comparison>): VersionPair {
  return { from: from.version, to: to.version, tenant_id };
}

async function after<T>(ms: number, value: T): Promise<T> {
  await setTimeout(ms, undefined, { ref: false });
  return value;
}

function charactersIn(files: PolicyFiles): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}
