/** Who did something: the holder of a token, or the policy directory, which has none. */
export type Person = { name: string; token_id?: string };

/** How a version came to be decided under. */
export const ACTIVATION_SOURCES = ['directory', 'api', 'schedule', 'rollback'] as const;
export type ActivationSource = (typeof ACTIVATION_SOURCES)[number];

/** One bundle with the files it came in. Files are named by the SHA-256 of their text. */
export type PolicyVersion = {
  name: string;
  version: string;
  /** The SHA-256 of `files`: agents, budgets and trust have no part in `version`. */
  files_hash: string;
  rule_count: number;
  capability_count: number;
  /** The key that signed the files, where keys are configured. */
  signed_by?: string;
};

/** A set of files that was published. Other agents, budgets or trust with the same rules are another set of the same version. */
export type Publication = PolicyVersion & { published_at: string; published_by: string; note?: string };

/** A version that decisions were made under from `activated_at` on. */
export type Activation = PolicyVersion & {
  activated_at: string;
  activated_by: string;
  source: ActivationSource;
  note?: string;
  /** The version before; absent for the first. */
  previous?: string;
  /** The request that it came of. */
  activation_id?: string;
  /** The files of the policy directory as they were last looked at. */
  directory_hash: string;
};

export const REQUEST_STATUSES = [
  'awaiting_confirmation',
  'scheduled',
  'activated',
  'cancelled',
  'expired',
  'failed',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** An activation that somebody asked for and that waits: for another person, or for its time. */
export type ActivationRequest = {
  activation_id: string;
  status: RequestStatus;
  version: PolicyVersion;
  source: ActivationSource;
  requested_by: Person;
  requested_at: string;
  note?: string;
  /** People it takes, whoever asks among them. */
  required: number;
  confirmed_by: (Person & { at: string; note?: string })[];
  /** When it is to become active; absent: as soon as it may. */
  at?: string;
  /** Until when it may be confirmed. */
  expires_at: string;
  /** How it ended. */
  closed?: { at: string; by?: string; reason?: string };
  /** Of a request by the directory: its files then. */
  directory_hash?: string;
};

/** What the log knows of versions, as the store reads it back after a start. */
export type VersionRecord =
  | { kind: 'publication'; record: Publication }
  | { kind: 'activation'; record: Activation }
  | { kind: 'request'; record: ActivationRequest };

/** Activations, and requests that are over, of which the newest so many are kept. */
export const RECORDS_KEPT = 1_000;

/** What the service reads from the store. It writes nothing there: the store projects the events of the log. */
export type VersionStore = {
  /** In the order in which they were recorded, a later record of one id in the place of the earlier. */
  versionRecords(): Promise<VersionRecord[]>;
};
