import { isWaiting } from './activation-rules.ts';
import {
  type Activation,
  type ActivationRequest,
  type PolicyVersion,
  type Publication,
  RECORDS_KEPT,
  type VersionRecord,
} from './records.ts';
import { VersionError } from './version-error.ts';

/** Sets that the refusal of an ambiguous version names. */
const LISTED_SETS = 5;

/** A set of files as a list shows it. */
export type VersionEntry = PolicyVersion & {
  active: boolean;
  published_at?: string;
  published_by?: string;
  note?: string;
  /** Of its newest activation. */
  activated_at?: string;
  activated_by?: string;
  source?: Activation['source'];
  /** Requests for it that wait. */
  waiting: ActivationRequest[];
};

/** What was published, activated and asked for: the records of the log, in memory. */
export class VersionBook {
  /** By `keyOf`. */
  readonly #publications = new Map<string, Publication>();
  /** Newest first. */
  #activations: Activation[] = [];
  /** Oldest first. */
  readonly #requests = new Map<string, ActivationRequest>();

  /** Takes one more record, in the place of an earlier one of the same id. */
  add({ kind, record }: VersionRecord): void {
    if (kind === 'publication') {
      this.#publications.delete(keyOf(record));
      this.#publications.set(keyOf(record), record);
    } else if (kind === 'activation') {
      this.#activations = [record, ...this.#activations].slice(0, RECORDS_KEPT);
    } else {
      this.#requests.set(record.activation_id, record);
      this.#forgetOld();
    }
  }

  /** What was made active last. */
  get last(): Activation | undefined {
    return this.#activations[0];
  }

  /** The files of the directory that were taken last: activated, or asked to be. */
  get directoryHash(): string | undefined {
    const asked = [...this.#requests.values()].findLast(({ directory_hash }) => directory_hash !== undefined);
    const { last } = this;
    if (asked === undefined || (last !== undefined && asked.requested_at < last.activated_at))
      return last?.directory_hash;
    return asked.directory_hash;
  }

  /** The set that was active before the one that is. */
  get before(): Activation | undefined {
    const [last, ...earlier] = this.#activations;
    return earlier.find((one) => !isSame(one, last));
  }

  publication(set: SetName): Publication | undefined {
    return this.#publications.get(keyOf(set));
  }

  /** Sets with this `files_hash`, or of this version: the active one, then newest first. */
  sets(name: string): VersionEntry[] {
    return this.entries().filter((set) => isNamed(set, name));
  }

  /**
   * The one set of this name: a `files_hash`, or a version that only one set has. Throws `version_ambiguous` where several
   * have it: who reviewed one of them did not review the others.
   */
  one(name: string): VersionEntry | undefined {
    return onlyOne(this.sets(name), name);
  }

  /** The same among sets that were active. */
  oneActivated(name: string): VersionEntry | undefined {
    return onlyOne(
      this.sets(name).filter(({ activated_at }) => activated_at !== undefined),
      name,
    );
  }

  request(id: string): ActivationRequest | undefined {
    return this.#requests.get(id);
  }

  /** Newest first. */
  requests(): ActivationRequest[] {
    return [...this.#requests.values()].reverse();
  }

  /** Oldest first. */
  waiting(): ActivationRequest[] {
    return [...this.#requests.values()].filter(isWaiting);
  }

  /** Every set once: the active one, then the others by what happened to them last, newest first. */
  entries(): VersionEntry[] {
    const activations = new Map<string, Activation>();
    for (const one of this.#activations.toReversed()) activations.set(keyOf(one), one);
    const keys = new Set([...this.#publications.keys(), ...activations.keys()]);
    const waiting = this.waiting();
    const entries = [...keys].map((key) => this.#entry(key, activations.get(key), waiting));
    return entries.sort((a, b) => Number(b.active) - Number(a.active) || newest(a, b));
  }

  #entry(
    key: string,
    activation: Activation | undefined,
    waiting: readonly ActivationRequest[],
  ): VersionEntry {
    const publication = this.#publications.get(key);
    const { published_at, published_by, note } = publication ?? {};
    const { activated_at, activated_by, source } = activation ?? {};
    const known = versionOf((publication ?? activation) as PolicyVersion);
    return {
      ...known,
      active: isSame(known, this.last),
      ...(publication && { published_at, published_by, ...(note !== undefined && { note }) }),
      ...(activation && { activated_at, activated_by, source }),
      waiting: waiting.filter((request) => isSame(request.version, known)),
    } as VersionEntry;
  }

  #forgetOld(): void {
    if (this.#requests.size <= RECORDS_KEPT) return;
    for (const [id, request] of this.#requests) {
      if (isWaiting(request)) continue;
      this.#requests.delete(id);
      return;
    }
  }
}

/** Only what every record says of its version. */
export function versionOf(record: PolicyVersion): PolicyVersion {
  const { name, version, files_hash, rule_count, capability_count, signed_by } = record;
  return { name, version, files_hash, rule_count, capability_count, ...(signed_by && { signed_by }) };
}

type SetName = Pick<PolicyVersion, 'version' | 'files_hash'>;

/** True where both are the same rules with the same files. */
export function isSame(one: SetName, other: SetName | undefined): boolean {
  return one.version === other?.version && one.files_hash === other.files_hash;
}

/** Under another release of the gateway the same files may be another version. */
function keyOf({ version, files_hash }: SetName): string {
  return `${version} ${files_hash}`;
}

function isNamed({ version, files_hash }: SetName, name: string): boolean {
  return files_hash === name || version === name;
}

/** One `files_hash` under several versions is of several releases: the newest is what it is now. */
function onlyOne(sets: readonly VersionEntry[], name: string): VersionEntry | undefined {
  const [first, ...others] = sets;
  if (others.every(({ files_hash }) => files_hash === first?.files_hash)) return first;
  const said = sets.slice(0, LISTED_SETS).map(saidOf).join('; ');
  const more = sets.length > LISTED_SETS ? `; and ${sets.length - LISTED_SETS} more in GET /policies` : '';
  throw new VersionError(
    'version_ambiguous',
    `${sets.length} sets of files have the version ${name}: name the one that was reviewed by its files_hash: ${said}${more}`,
  );
}

function saidOf({
  files_hash,
  published_by,
  published_at,
  activated_by,
  activated_at,
}: VersionEntry): string {
  if (published_at === undefined) return `${files_hash} (activated by ${activated_by}, ${activated_at})`;
  return `${files_hash} (published by ${published_by}, ${published_at})`;
}

function newest(a: VersionEntry, b: VersionEntry): number {
  const [one, other] = [lastTime(a), lastTime(b)];
  if (one === other) return keyOf(a) < keyOf(b) ? -1 : 1;
  return one < other ? 1 : -1;
}

function lastTime({ published_at = '', activated_at = '' }: VersionEntry): string {
  return published_at > activated_at ? published_at : activated_at;
}
