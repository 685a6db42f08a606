import type { EventGroup } from '../audit/event.ts';
import type { Bundle } from '../policy/bundle.ts';
import { isLayerFile } from '../policy/layer-file.ts';
import { type PolicyProblem, problemLine } from '../policy/problem.ts';
import type { BundleArchive } from './bundle-archive.ts';
import { loadPolicySet, POLICY_FILES, type PolicyFiles } from './load-policy-set.ts';
import { readPolicyFiles, signatureOf } from './policy-directory.ts';
import type { PolicySet } from './policy-set.ts';
import { failedTests, type TestRunner } from './policy-tests.ts';

/** A policy directory that cannot be used, with every problem in it. */
export class PolicyLoadError extends Error {
  readonly code = 'invalid_policy';
  readonly problems: readonly PolicyProblem[];

  constructor(directory: string, problems: readonly PolicyProblem[]) {
    const shown = problems.slice(0, 20).map(problemLine);
    super(`the policies in ${directory} cannot be used:\n${shown.join('\n')}`);
    this.problems = problems;
  }
}

/** Files that make no bundle, with every problem in them. */
export class CandidateError extends Error {
  readonly code = 'invalid_bundle';
  readonly errors: readonly PolicyProblem[];

  constructor(errors: readonly PolicyProblem[]) {
    super(errors.slice(0, 1).map(problemLine).join(''));
    this.errors = errors;
  }
}

export type BundleSummary = {
  name: string;
  version: string;
  active: boolean;
  activated_at: string;
  rule_count: number;
  capability_count: number;
};

/** The state of the policy directory. */
export type BundleStatus = {
  active: BundleSummary;
  warnings: readonly PolicyProblem[];
  /** Set while the files on disk are not what is active, because they cannot be loaded. */
  stale?: { since: string; problems: readonly PolicyProblem[] };
};

export type Validation =
  | { valid: true; version: string; warnings: readonly PolicyProblem[] }
  | { valid: false; errors: readonly PolicyProblem[] };

type Deps = {
  directory: string;
  archive: BundleArchive;
  clock: () => number;
  runTest: TestRunner;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  /** Makes ready for a set that is about to become active, while the one before it is in force. MUST NOT reject. */
  prepare: (set: PolicySet) => Promise<void>;
  /** Told of every set that becomes active, just before it does. */
  onActivate: (set: PolicySet) => void;
  onReload: (result: 'success' | 'failure', error?: unknown) => void;
};

/** How often the directory is looked at. Files are read once nothing has changed between two looks. */
const LOOK_EVERY_MS = 250;
/** Thousands of files are looked at less often, so that looking takes a fiftieth of the time of a core, */
const LOOK_MS_PER_FILE = 0.6;
/** and still as often as this. */
const LOOK_AT_LEAST_EVERY_MS = 5_000;
/** No directory has this signature. */
const UNKNOWN = '';
/** Problems that one `policy_load_failed` event carries. */
const MAX_RECORDED_PROBLEMS = 20;

/**
 * The bundle decisions are made under, and its history. A changed directory is read and compiled aside and swapped in
 * by one assignment; when it cannot be used the last good one stays, and the reason is in the log, in an event, in a
 * metric and in `status()`.
 */
export class BundleRegistry {
  readonly #deps: Deps;
  readonly #history: BundleSummary[] = [];
  #active: PolicySet;
  #files: PolicyFiles;
  #stale: BundleStatus['stale'];
  #signature: string;
  #watching: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  private constructor(deps: Deps, start: { set: PolicySet; files: PolicyFiles; signature: string }) {
    this.#deps = deps;
    this.#active = start.set;
    this.#files = start.files;
    this.#signature = start.signature;
  }

  /** Loads the directory for the first time. Throws `PolicyLoadError`: a gateway without policies does not start. */
  static async open(deps: Deps): Promise<BundleRegistry> {
    const signature = await signatureOf(deps.directory);
    const { files, set, problems } = await readSet(deps);
    if (set === undefined) throw new PolicyLoadError(deps.directory, problems);
    const registry = new BundleRegistry(deps, { set, files, signature });
    await registry.#activate(set, files);
    return registry;
  }

  /** What decisions are made under now. */
  get active(): PolicySet {
    return this.#active;
  }

  status(): BundleStatus {
    const active = this.#history[0];
    if (active === undefined) throw new Error('a registry always has an active bundle');
    return {
      active,
      warnings: this.#active.warnings,
      ...(this.#stale === undefined ? {} : { stale: this.#stale }),
    };
  }

  /** Every version that was active since the start, newest first. */
  list(): readonly BundleSummary[] {
    return this.#history;
  }

  /** The canonical content of a version that was ever active here. */
  async get(
    version: string,
  ): Promise<{ version: string; summary?: BundleSummary; content: unknown } | undefined> {
    const content = await this.#deps.archive.read(version);
    if (content === undefined) return undefined;
    const summary = this.#history.find((candidate) => candidate.version === version);
    return { version, content, ...(summary === undefined ? {} : { summary }) };
  }

  /** Checks files as a bundle; those left out are taken from the active one. Changes nothing. */
  validate(files: Readonly<Record<string, string>>): Validation {
    const problem = unknownFile(files);
    if (problem !== undefined) return { valid: false, errors: [problem] };
    const { set, problems } = checked({ ...this.#files, ...files }, this.#deps.runTest);
    if (set === undefined) return { valid: false, errors: problems };
    return { valid: true, version: set.bundle.version, warnings: set.warnings };
  }

  /** The same files compiled, to be looked at and not used: their own tests are not run. Throws `CandidateError`. */
  candidate(files: Readonly<Record<string, string>>): Bundle {
    const problem = unknownFile(files);
    const { set, problems } =
      problem === undefined ? loadPolicySet({ ...this.#files, ...files }) : { problems: [problem] };
    if (set === undefined) throw new CandidateError(problems);
    return set.bundle;
  }

  /** Looks at the directory from now on, until `close`. */
  watch(): void {
    let previous = this.#signature;
    const look = async () => {
      const signature = await signatureOf(this.#deps.directory);
      // A file that is still being written changes again; it is read once it has been left alone for one look.
      if (signature !== this.#signature && signature === previous) await this.reload();
      previous = signature;
      if (this.#watching !== undefined) this.#watching = this.#later(look);
    };
    this.#watching = this.#later(look);
  }

  #later(look: () => Promise<void>): NodeJS.Timeout {
    const files = Object.keys(this.#files).length;
    const waitMs = Math.min(Math.max(LOOK_EVERY_MS, files * LOOK_MS_PER_FILE), LOOK_AT_LEAST_EVERY_MS);
    return setTimeout(() => void look(), waitMs).unref();
  }

  /** Reads the directory again now. Never rejects: what is wrong with it is told by `status()`. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Stops looking and waits for a reload that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#watching);
    this.#watching = undefined;
    await this.#reloading;
  }

  async #reload(): Promise<void> {
    const seen = await signatureOf(this.#deps.directory);
    try {
      const { files, set, problems } = await readSet(this.#deps);
      if (set === undefined) await this.#refuse(problems);
      else await this.#activate(set, files);
      this.#signature = seen;
      if (set === undefined)
        this.#deps.onReload('failure', new PolicyLoadError(this.#deps.directory, problems));
      else this.#deps.onReload('success');
    } catch (error) {
      // The directory may be good: what failed is its record. It is looked at again as if it had just changed.
      this.#signature = UNKNOWN;
      this.#deps.onReload('failure', error);
    }
  }

  /** Evidence first: the bundle is kept and its activation recorded before anything is decided under it. */
  async #activate(set: PolicySet, files: PolicyFiles): Promise<void> {
    const { name, version, content, rule_count, capabilities } = set.bundle;
    const previous = this.#history[0];
    const activated_at = new Date(this.#deps.clock()).toISOString();
    await this.#deps.archive.keep(version, content);
    await this.#deps.prepare(set);
    await this.#deps.record(activation({ set, previous: previous?.version }));
    this.#deps.onActivate(set);
    this.#active = set;
    this.#files = files;
    this.#stale = undefined;
    if (previous?.version === version && previous.name === name) return;
    if (previous !== undefined) previous.active = false;
    const summary = {
      name,
      version,
      active: true,
      activated_at,
      rule_count,
      capability_count: capabilities.length,
    };
    this.#history.unshift(summary);
  }

  async #refuse(problems: readonly PolicyProblem[]): Promise<void> {
    const since = this.#stale?.since ?? new Date(this.#deps.clock()).toISOString();
    this.#stale = { since, problems };
    const { name, version } = this.#active.bundle;
    const payload = { problems: problems.slice(0, MAX_RECORDED_PROBLEMS), active: { name, version } };
    const events = [{ event_type: 'policy_load_failed' as const, payload }];
    await this.#deps.record({ context: { policy_bundle: version }, events });
  }
}

function unknownFile(files: Readonly<Record<string, string>>): PolicyProblem | undefined {
  const isKnown = (name: string) => (POLICY_FILES as readonly string[]).includes(name) || isLayerFile(name);
  const unknown = Object.keys(files).find((name) => !isKnown(name));
  if (unknown === undefined) return undefined;
  const message = `there is no policy file "${unknown}"; there are ${POLICY_FILES.join(', ')} and layers/<name>.yaml`;
  return { file: unknown, line: 1, column: 1, pointer: '', message };
}

async function readSet({ directory, runTest }: Deps) {
  const { files, problems } = await readPolicyFiles(directory);
  return { files, ...(problems.length > 0 ? { problems } : checked(files, runTest)) };
}

/** A set whose own tests pass, or everything that is wrong with it. */
function checked(
  files: PolicyFiles,
  runTest: TestRunner,
): { set: PolicySet; problems?: never } | { set?: never; problems: readonly PolicyProblem[] } {
  const loaded = loadPolicySet(files);
  if (loaded.set === undefined) return loaded;
  const failed = failedTests(loaded.set, files, runTest);
  return failed.length === 0 ? loaded : { problems: failed };
}

function activation({ set, previous }: { set: PolicySet; previous: string | undefined }): EventGroup {
  const { name, version, rule_count, capabilities } = set.bundle;
  const payload = {
    name,
    version,
    ...(previous === undefined ? {} : { previous }),
    rule_count,
    capability_count: capabilities.length,
    agent_count: set.agents.length,
    budget_count: set.budgets.size,
  };
  return { context: { policy_bundle: version }, events: [{ event_type: 'policy_activated', payload }] };
}
