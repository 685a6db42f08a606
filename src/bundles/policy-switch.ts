import type { EventGroup } from '../audit/event.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import type {
  Activation,
  ActivationRequest,
  ActivationSource,
  PolicyVersion,
  VersionStore,
} from '../versions/records.ts';
import { VersionBook } from '../versions/version-book.ts';
import { VersionError } from '../versions/version-error.ts';
import type { BundleArchive } from './bundle-archive.ts';
import { filesHash } from './file-hashes.ts';
import { type PolicyKey, type PolicySource, signerOf } from './manifest.ts';
import { changedFiles } from './policy-files.ts';
import type { CheckedVersion, LoadedVersion, PolicyLoader } from './policy-loader.ts';
import type { PolicySet } from './policy-set.ts';
import type { DescribeChanges } from './rule-changes.ts';

export type LoadedOrNot =
  | (LoadedVersion & { problems?: never })
  | { set?: never; problems: readonly PolicyProblem[] };

export type CheckedOrNot =
  | (CheckedVersion & { problems?: never })
  | { checked?: never; problems: readonly PolicyProblem[] };

export type SwitchDeps = {
  archive: BundleArchive;
  store: VersionStore;
  loader: PolicyLoader;
  clock: () => number;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  /** Keys of which one has to have signed whatever is used; without any, nothing need be signed. */
  keys: readonly PolicyKey[];
  describeChanges: DescribeChanges;
  /** Makes ready for a set that is about to become active, while the one before it is in force. MUST NOT reject. */
  prepare: (set: PolicySet) => Promise<void>;
  /** Told of every set that becomes active, just before it does. */
  onActivate: (set: PolicySet) => void;
};

/** How a set becomes active. */
export type How = {
  source: ActivationSource;
  by: string;
  note?: string;
  directory_hash: string;
  /** The request that this ends, as it is from then on. */
  request?: ActivationRequest;
};

/** Rules of each kind that the event of an activation lists. */
const LISTED_CHANGES = 50;

/**
 * What decisions are made under, and the one way to change it: kept first, then recorded, then swapped by one assignment. In-flight
 * decisions finish on the set they began with.
 */
export class PolicySwitch {
  readonly book = new VersionBook();
  readonly deps: SwitchDeps;
  #active: LoadedVersion | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(deps: SwitchDeps) {
    this.deps = deps;
  }

  /** Reads what the log knows of versions. Nothing is active yet. */
  static async open(deps: SwitchDeps): Promise<PolicySwitch> {
    const policies = new PolicySwitch(deps);
    for (const record of await deps.store.versionRecords()) policies.book.add(record);
    return policies;
  }

  get active(): LoadedVersion {
    if (this.#active === undefined) throw new Error('nothing is active before the first set is loaded');
    return this.#active;
  }

  get now(): string {
    return new Date(this.deps.clock()).toISOString();
  }

  /** Runs `work` when everything that was asked before has been done: what is published or activated never overlaps. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Loads files. Throws `unsigned_bundle` or `wrong_signature` where keys are configured and none of them signed these. */
  async load(source: PolicySource): Promise<LoadedOrNot> {
    const signed_by = this.#signer(source);
    const { set, problems } = await this.deps.loader.load(source.files, this.#active?.set);
    if (set === undefined) return { problems };
    const { name, version, rule_count, capabilities } = set.bundle;
    const named = { name, version, rule_count, capability_count: capabilities.length };
    return { set, source, version: versionOf(named, source, signed_by) };
  }

  /** The same for a set that is published and not activated now. Rejects with `too_many_checks`, too. */
  async check(source: PolicySource): Promise<CheckedOrNot> {
    const signed_by = this.#signer(source);
    const { checked, problems } = await this.deps.loader.check(source.files);
    if (checked === undefined) return { problems };
    const { name, rule_count, capability_count, compared } = checked;
    const named = { name, version: compared.version, rule_count, capability_count };
    return { checked, source, version: versionOf(named, source, signed_by) };
  }

  /** The same of a version whose files are in the archive. Throws `policy_unavailable` where they are gone or changed. */
  async loadKept({ version, files_hash }: PolicyVersion): Promise<LoadedVersion> {
    const source = await this.keptFiles({ version, files_hash });
    const loaded = await this.load(source);
    if (loaded.set?.bundle.version === version) return loaded as LoadedVersion;
    const why = loaded.problems?.[0]?.message ?? 'they mean something else under this release of the gateway';
    throw new VersionError(
      'policy_unavailable',
      `the files of ${version} cannot be used any more: ${why}; publish them again`,
    );
  }

  async keptFiles({ version, files_hash }: Pick<PolicyVersion, 'version' | 'files_hash'>) {
    const source = await this.deps.archive.readFiles(files_hash);
    if (source !== undefined) return source;
    throw new VersionError(
      'policy_unavailable',
      `the files of ${version} are not in the archive any more, or not as they were kept; publish them again`,
    );
  }

  /** Makes a set that was loaded or checked durable, content and files. */
  keep(kept: LoadedVersion | CheckedVersion): Promise<void> {
    const { source, version } = kept;
    const { content } = 'set' in kept ? kept.set.bundle : kept.checked.compared;
    return this.deps.loader.keep({ source, version, content });
  }

  /** Evidence first: the set is kept and its activation recorded before anything is decided under it. */
  async activate(loaded: LoadedVersion, how: How): Promise<Activation> {
    await this.keep(loaded);
    await this.deps.prepare(loaded.set);
    const { source, by, note, directory_hash, request } = how;
    const previous = this.book.last?.version;
    const activation: Activation = {
      ...{ ...loaded.version, activated_at: this.now, activated_by: by, source, directory_hash },
      ...(note !== undefined && { note }),
      ...(previous !== undefined && { previous }),
      ...(request !== undefined && { activation_id: request.activation_id }),
    };
    const payload = {
      ...{ ...this.#described(loaded, previous), source, by, ...(note !== undefined && { note }) },
      changes: await this.#changes(loaded),
      activation,
      ...(request !== undefined && { request }),
    };
    await this.#record(loaded, payload);
    this.book.add({ kind: 'activation', record: activation });
    if (request !== undefined) this.book.add({ kind: 'request', record: request });
    this.#swap(loaded);
    return activation;
  }

  /** Takes up what was active before the start. The log names what it decides under from its first event on. */
  async resume(loaded: LoadedVersion): Promise<void> {
    const { last } = this.book;
    await this.keep(loaded);
    await this.deps.prepare(loaded.set);
    const { source, activated_by: by } = last ?? {};
    await this.#record(loaded, { ...this.#described(loaded, last?.version), source, by, restart: true });
    this.#swap(loaded);
  }

  #swap(loaded: LoadedVersion): void {
    this.deps.onActivate(loaded.set);
    this.#active = loaded;
  }

  #record({ version }: LoadedVersion, payload: Record<string, unknown>): Promise<unknown> {
    return this.deps.record({
      context: { policy_bundle: version.version },
      events: [{ event_type: 'policy_activated', payload }],
    });
  }

  #described({ set, version }: LoadedVersion, previous: string | undefined) {
    return {
      ...{ ...version, ...(previous !== undefined && { previous }) },
      ...{ agent_count: set.agents.length, budget_count: set.budgets.size },
    };
  }

  /** Against what is active; `files` are those of the set that are not what they were. */
  async #changes({ set, source }: LoadedVersion) {
    const active = this.#active;
    const from = active === undefined ? {} : { from: active.set.bundle };
    const comparison = { ...from, to: set.bundle, tenant_id: '*' };
    const changes = await this.deps.describeChanges(comparison, LISTED_CHANGES);
    return { ...changes, files: changedFiles(active?.source.files ?? {}, source.files) };
  }

  #signer({ files, manifest }: PolicySource): string | undefined {
    const { keys } = this.deps;
    if (keys.length === 0) return undefined;
    const { keyid, fault } = signerOf(files, manifest, keys);
    if (fault !== undefined) throw new VersionError(fault.code, fault.message);
    return keyid;
  }
}

function versionOf(
  { name, version, ...counts }: Omit<PolicyVersion, 'files_hash' | 'signed_by'>,
  { files }: PolicySource,
  signed_by: string | undefined,
): PolicyVersion {
  const own = { name, version, files_hash: filesHash(files), ...counts };
  return signed_by === undefined ? own : { ...own, signed_by };
}
