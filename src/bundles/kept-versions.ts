import type { JsonObject } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { VersionEntry } from '../versions/version-book.ts';
import { VersionError } from '../versions/version-error.ts';
import { type FileHashes, fileHashes } from './file-hashes.ts';
import type { PolicySwitch } from './policy-switch.ts';
import type { BundleChanges, Compared } from './rule-changes.ts';

/** A content that is longer takes the thread of the decisions more than a few milliseconds. */
const READ_HERE_BYTES = 131_072;

/** A version, or one of its sets of files. */
export type KeptVersion = {
  version: string;
  content: JsonObject;
  /** The set that was named; of a version that several have, the active one or else the newest. */
  set?: VersionEntry;
  /** `files_hash` is the canonical hash of these. Absent where the files are not kept. */
  files?: FileHashes;
  /** Other sets of the version, by `files_hash`. */
  other_sets: string[];
};

/** What was ever published or active here, as the archive keeps it. */
export class KeptVersions {
  readonly #policies: PolicySwitch;

  constructor(policies: PolicySwitch) {
    this.#policies = policies;
  }

  /** The canonical content of a version; `undefined` where it is not kept. */
  content(version: string): Promise<JsonObject | undefined> {
    return this.#policies.deps.archive.read(version);
  }

  /** By version, or by the `files_hash` of one of its sets; `undefined` where it is not kept. */
  async get(name: string): Promise<KeptVersion | undefined> {
    const { book } = this.#policies;
    const [set] = book.sets(name);
    const version = set?.version ?? name;
    const content = await this.content(version);
    if (content === undefined) return undefined;
    const others = book.sets(version).map(({ files_hash }) => files_hash);
    const other_sets = others.filter((hash) => hash !== set?.files_hash);
    const files = set && (await this.#filesOf(set.files_hash));
    return { version, content, ...(set && { set }), ...(files && { files }), other_sets };
  }

  /**
   * How one bundle differs from another, as far as a tenant (`*`: all) sees both, and by which files where both are named. `from`
   * left out is what is active. Throws `policy_not_found`, `version_ambiguous`.
   */
  async changes(
    {
      from,
      to,
      tenant_id,
    }: { from: Compared | string | undefined; to: Compared | string; tenant_id: string },
    listed: number,
  ): Promise<BundleChanges & { from: string; to: string; files?: string[] }> {
    const { active, deps } = this.#policies;
    const before = await this.#side(from ?? active.version.files_hash);
    const after = await this.#side(to);
    const pair = { from: before.compared, to: after.compared, tenant_id };
    return {
      ...(await deps.describeChanges(pair, listed)),
      ...{ from: pair.from.version, to: pair.to.version },
      ...(before.files && after.files && { files: differing(before.files, after.files) }),
    };
  }

  /** A version from before sets were kept has its content alone. */
  async #side(given: Compared | string): Promise<{ compared: Compared; files?: FileHashes }> {
    if (typeof given !== 'string') return { compared: given };
    const { active, book } = this.#policies;
    const set = book.one(given);
    const files = set && (await this.#filesOf(set.files_hash));
    const compared = await this.#compared(set?.version ?? given, active.set.bundle);
    if (compared === undefined) throw new VersionError('policy_not_found', `there is no bundle ${given}`);
    return { compared, ...(files && { files }) };
  }

  /** What is long is not read here: whoever compares it has it, or reads it elsewhere. */
  async #compared(version: string, active: Bundle): Promise<Compared | undefined> {
    if (version === active.version) return active;
    const bytes = await this.#policies.deps.archive.bytesOf(version);
    if (bytes !== undefined && bytes > READ_HERE_BYTES) return { version };
    const content = await this.content(version);
    return content && { version, content };
  }

  async #filesOf(hash: string): Promise<FileHashes | undefined> {
    const source = await this.#policies.deps.archive.readFiles(hash);
    return source && fileHashes(source.files);
  }
}

function differing(before: FileHashes, after: FileHashes): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
