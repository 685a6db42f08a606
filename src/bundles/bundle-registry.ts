import type { Bundle } from '../policy/bundle.ts';
import type { SamePerson } from '../policy/person-name.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { isSame, type VersionEntry } from '../versions/version-book.ts';
import { VersionError } from '../versions/version-error.ts';
import { filesHash } from './file-hashes.ts';
import { KeptVersions } from './kept-versions.ts';
import { MANIFEST_FILE, type PolicySource } from './manifest.ts';
import { readPolicyDirectory, signatureOf } from './policy-directory.ts';
import { CandidateError, fileProblem, PolicyLoadError } from './policy-errors.ts';
import { type GivenFiles, mergedFiles } from './policy-files.ts';
import type { LoadedVersion } from './policy-loader.ts';
import type { PolicySet } from './policy-set.ts';
import { type LoadedOrNot, PolicySwitch, type SwitchDeps } from './policy-switch.ts';
import { DIRECTORY, PolicyVersions } from './policy-versions.ts';
import type { Compared } from './rule-changes.ts';
import { errorsFor, problemsFor } from './tenant-problems.ts';

/** The state of the policy directory, and of what is active. */
export type BundleStatus = {
  active: VersionEntry & { activated_at: string };
  warnings: readonly PolicyProblem[];
  /** How many more there are, if any. */
  warnings_omitted?: number;
  /** The files of the directory as they were last read, and whether they can be used and decisions are made under exactly these. */
  directory: { files_hash: string; is_active: boolean };
  /** Set while the files on disk cannot be used. */
  stale?: { since: string; problems: readonly PolicyProblem[] };
};

export type Validation =
  | { valid: true; compared: Compared; warnings: readonly PolicyProblem[]; warnings_omitted?: number }
  | { valid: false; errors: readonly PolicyProblem[] };

type Deps = SwitchDeps & {
  directory: string;
  newId: (prefix: string) => string;
  /** People that an activation takes. Above one, a changed directory waits for them, too. */
  required: number;
  isSamePerson: SamePerson;
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
 * The bundle decisions are made under, and its history. A change of the directory is taken up as it comes; a version
 * that was activated over the API stays until the directory changes again, over restarts, too. Whatever cannot be used
 * changes nothing: the last good one stays, and the reason is in the log, in an event, in a metric and in `status()`.
 */
export class BundleRegistry {
  readonly versions: PolicyVersions;
  readonly kept: KeptVersions;
  readonly #deps: Deps;
  readonly #policies: PolicySwitch;
  #stale: BundleStatus['stale'];
  #directory: { signature: string; files_hash: string };
  #watching: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  private constructor(deps: Deps, policies: PolicySwitch, signature: string) {
    const { newId, required, isSamePerson } = deps;
    this.#deps = deps;
    this.#policies = policies;
    this.#directory = { signature, files_hash: '' };
    this.versions = new PolicyVersions({ policies, newId, required, isSamePerson });
    this.kept = new KeptVersions(policies);
  }

  /** Loads what is to be active. Throws `PolicyLoadError`: a gateway without policies does not start. */
  static async open(deps: Deps): Promise<BundleRegistry> {
    const signature = await signatureOf(deps.directory);
    const registry = new BundleRegistry(deps, await PolicySwitch.open(deps), signature);
    await registry.#start();
    await registry.versions.runDue();
    return registry;
  }

  /** What decisions are made under now. */
  get active(): PolicySet {
    return this.#policies.active.set;
  }

  status(): BundleStatus {
    const { files_hash } = this.#directory;
    const isUsable = this.#stale === undefined;
    const [active] = this.list();
    return {
      active: active as BundleStatus['active'],
      ...warningsOf(this.active),
      directory: {
        files_hash,
        is_active: isUsable && files_hash === this.#policies.active.version.files_hash,
      },
      ...(this.#stale === undefined ? {} : { stale: this.#stale }),
    };
  }

  /**
   * Warnings, or errors of a candidate, as a caller of one tenant may read them; of the files that it has `given` everything
   * may be said.
   */
  readable(
    problems: readonly PolicyProblem[],
    { tenant_id, given = {}, isError }: { tenant_id: string; given?: GivenFiles; isError: boolean },
  ): readonly PolicyProblem[] {
    const { source, set } = this.#policies.active;
    const { content } = set.bundle;
    const seen = { tenant_id, files: source.files, given: new Set(Object.keys(given)), content };
    return isError ? errorsFor(problems, seen) : problemsFor(problems, seen);
  }

  /** Every set that was published or active, the active one first, then newest first. */
  list(): VersionEntry[] {
    return this.#policies.book.entries();
  }

  /** Checks files as a bundle; those left out are taken from the active one. Changes nothing. Rejects with `too_many_checks`. */
  async validate(files: GivenFiles): Promise<Validation> {
    try {
      const merged = mergedFiles(this.#policies.active.source.files, files);
      const { checked, problems } = await this.#deps.loader.check(merged);
      if (checked === undefined) return { valid: false, errors: problems };
      return { valid: true, compared: checked.compared, ...warningsOf(checked) };
    } catch (error) {
      if (error instanceof CandidateError) return { valid: false, errors: error.errors };
      throw error;
    }
  }

  /** The same files compiled, to be looked at and not used: their own tests are not run. Rejects with `CandidateError`. */
  async candidate(files: GivenFiles): Promise<Bundle> {
    const merged = mergedFiles(this.#policies.active.source.files, files);
    const { set, problems } = await this.#deps.loader.compile(merged, this.active);
    if (set === undefined) throw new CandidateError(problems);
    return set.bundle;
  }

  /** Looks at the directory from now on, until `close`. */
  watch(): void {
    let previous = this.#directory.signature;
    const look = async () => {
      const signature = await signatureOf(this.#deps.directory);
      // A file that is still being written changes again; it is read once it has been left alone for one look.
      if (signature !== this.#directory.signature && signature === previous) await this.reload();
      previous = signature;
      if (this.#watching !== undefined) this.#watching = this.#later(look);
    };
    this.#watching = this.#later(look);
  }

  #later(look: () => Promise<void>): NodeJS.Timeout {
    const files = Object.keys(this.#policies.active.source.files).length;
    const waitMs = Math.min(Math.max(LOOK_EVERY_MS, files * LOOK_MS_PER_FILE), LOOK_AT_LEAST_EVERY_MS);
    return setTimeout(() => void look(), waitMs).unref();
  }

  /** Reads the directory again now. Never rejects: what is wrong with it is told by `status()`. */
  reload(): Promise<void> {
    this.#reloading ??= this.#policies
      .inTurn(() => this.#reload())
      .finally(() => {
        this.#reloading = undefined;
      });
    return this.#reloading;
  }

  /** Stops looking and waits for what is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#watching);
    this.#watching = undefined;
    await this.#policies.inTurn(async () => undefined);
    await this.#deps.loader.close();
  }

  /** A directory that has not changed since it was last taken up gives way to what was activated after it. */
  async #start(): Promise<void> {
    const { source, problems } = await this.#readDirectory();
    const { last, directoryHash } = this.#policies.book;
    const files_hash = filesHash(source.files);
    const isNews = files_hash !== directoryHash;
    this.#directory.files_hash = files_hash;
    if (last !== undefined && files_hash !== last.files_hash && (!isNews || this.#deps.required > 1)) {
      await this.#resumeKept();
      if (isNews) await this.#reload();
      return;
    }
    const loaded = problems.length > 0 ? { problems } : await this.#loadOrSay(source);
    if (loaded.set === undefined) throw new PolicyLoadError(this.#deps.directory, loaded.problems);
    if (isSame(loaded.version, last)) await this.#policies.resume(loaded);
    else await this.#activateDirectory(loaded);
  }

  async #resumeKept(): Promise<void> {
    const { book } = this.#policies;
    if (book.last === undefined) return;
    try {
      await this.#policies.resume(await this.#policies.loadKept(book.last));
    } catch (error) {
      if (!(error instanceof VersionError)) throw error;
      const way = `${error.message}; or change a file of ${this.#deps.directory}, and the directory is taken instead`;
      throw new PolicyLoadError('the archive', [fileProblem(book.last.version, way)]);
    }
  }

  async #reload(): Promise<void> {
    const seen = await signatureOf(this.#deps.directory);
    try {
      const problems = await this.#takeDirectory();
      if (problems.length > 0) await this.#refuse(problems);
      this.#directory.signature = seen;
      if (problems.length === 0) this.#deps.onReload('success');
      else this.#deps.onReload('failure', new PolicyLoadError(this.#deps.directory, problems));
    } catch (error) {
      // The directory may be good: what failed is its record. It is looked at again as if it had just changed.
      this.#directory.signature = UNKNOWN;
      this.#deps.onReload('failure', error);
    }
  }

  /** Resolves with what is wrong with the directory. One that is as it was last taken up brings nothing about. */
  async #takeDirectory(): Promise<readonly PolicyProblem[]> {
    const { source, problems } = await this.#readDirectory();
    const files_hash = filesHash(source.files);
    this.#directory.files_hash = files_hash;
    if (problems.length > 0) return problems;
    const loaded = await this.#loadOrSay(source);
    if (loaded.set === undefined) return loaded.problems;
    const { book } = this.#policies;
    const isNews = files_hash !== book.directoryHash;
    if (isNews && this.#deps.required === 1) await this.#activateDirectory(loaded);
    else if (isNews && files_hash !== book.last?.files_hash)
      await this.versions.askForDirectory(loaded, files_hash);
    this.#stale = undefined;
    return [];
  }

  /** Who signed the files matters only where keys are configured. */
  #readDirectory() {
    return readPolicyDirectory(this.#deps.directory, { isSigned: this.#deps.keys.length > 0 });
  }

  #activateDirectory(loaded: LoadedVersion): Promise<unknown> {
    const directory_hash = loaded.version.files_hash;
    return this.#policies.activate(loaded, { source: 'directory', by: DIRECTORY, directory_hash });
  }

  /** What is not signed as it should be is a problem of the directory like any other. */
  async #loadOrSay(source: PolicySource): Promise<LoadedOrNot> {
    try {
      return await this.#policies.load(source);
    } catch (error) {
      if (!(error instanceof VersionError)) throw error;
      return { problems: [fileProblem(MANIFEST_FILE, error.message)] };
    }
  }

  async #refuse(problems: readonly PolicyProblem[]): Promise<void> {
    const since = this.#stale?.since ?? this.#policies.now;
    this.#stale = { since, problems };
    const { name, version } = this.active.bundle;
    const payload = { problems: problems.slice(0, MAX_RECORDED_PROBLEMS), active: { name, version } };
    const events = [{ event_type: 'policy_load_failed' as const, payload }];
    await this.#deps.record({ context: { policy_bundle: version }, events });
  }
}

function warningsOf({ warnings, warnings_omitted }: Pick<PolicySet, 'warnings' | 'warnings_omitted'>) {
  return warnings_omitted === 0 ? { warnings } : { warnings, warnings_omitted };
}
