import { isWaiting } from './activation-rules.ts';
import {
  type Activation,
  type ActivationRequest,
  type PolicyVersion,
  type Publication,
  RECORDS_KEPT,
  type VersionRecord,
} from './records.ts';

/** A version as a list shows it. */
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
  readonly #publications = new Map<string, Publication>();
  /** Newest first. */
  #activations: Activation[] = [];
  /** Oldest first. */
  readonly #requests = new Map<string, ActivationRequest>();

  /** Takes one more record, in the place of an earlier one of the same id. */
  add({ kind, record }: VersionRecord): void {
    if (kind === 'publication') {
      this.#publications.delete(record.version);
      this.#publications.set(record.version, record);
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

  /** The version that was active before the one that is. */
  get before(): Activation | undefined {
    const [last, ...earlier] = this.#activations;
    return earlier.find(({ version, files_hash }) => !isSame({ version, files_hash }, last));
  }

  publication(version: string): Publication | undefined {
    return this.#publications.get(version);
  }

  /** A version as it was active last. */
  activated(version: string): Activation | undefined {
    return this.#activations.find((one) => one.version === version);
  }

  /** A version with its newest files; one that was active only has the files it was active with. */
  find(version: string): PolicyVersion | undefined {
    const known = this.#publications.get(version) ?? this.activated(version);
    return known && versionOf(known);
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

  /** Every version once: the active one, then the others by what happened to them last, newest first. */
  entries(): VersionEntry[] {
    const versions = new Set([
      ...this.#publications.keys(),
      ...this.#activations.map(({ version }) => version),
    ]);
    const waiting = this.waiting();
    const entries = [...versions].map((version) => this.#entry(version, waiting));
    return entries.sort((a, b) => Number(b.active) - Number(a.active) || newest(a, b));
  }

  #entry(version: string, waiting: readonly ActivationRequest[]): VersionEntry {
    const publication = this.#publications.get(version);
    const activation = this.activated(version);
    const { published_at, published_by, note } = publication ?? {};
    const { activated_at, activated_by, source } = activation ?? {};
    const active = this.last?.version === version;
    // What is active is so with the files it was activated with, whatever was published since.
    const known = active ? activation : (publication ?? activation);
    return {
      ...versionOf(known as PolicyVersion),
      active,
      ...(publication && { published_at, published_by, ...(note !== undefined && { note }) }),
      ...(activation && { activated_at, activated_by, source }),
      waiting: waiting.filter((request) => request.version.version === version),
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

type Identity = Pick<PolicyVersion, 'version' | 'files_hash'>;

/** True where both are the same rules with the same files. */
export function isSame(one: Identity, other: Identity | undefined): boolean {
  return one.version === other?.version && one.files_hash === other.files_hash;
}

function newest(a: VersionEntry, b: VersionEntry): number {
  const [one, other] = [lastTime(a), lastTime(b)];
  if (one === other) return a.version < b.version ? -1 : 1;
  return one < other ? 1 : -1;
}

function lastTime({ published_at = '', activated_at = '' }: VersionEntry): string {
  return published_at > activated_at ? published_at : activated_at;
}
