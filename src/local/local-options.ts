import type { LocalBundle } from './local-policies.ts';

/** What local enforcement is made of. Paths are relative to the working directory of the process. */
export type LocalOptions = {
  /** The policies to decide under, and what they are held against. */
  bundle: LocalBundle;
  /**
   * Where everything is kept: `audit/` is the log with its policies, `data/` the views of it and the keys. One process at
   * a time; made where it is not there.
   */
  directory: string;
  /** Whose agents these are. */
  tenant_id: string;
  /** Decide for this one agent alone. Default: for every agent of the tenant that the bundle knows. */
  agent_id?: string;
  /** What plans and events are marked with. Default `local_enforcement`. */
  runtime_mode?: 'local_enforcement' | 'air_gapped';
  /**
   * What becomes of a plan that a person would have to approve. `pending` (default): the answer is `require_approval` and
   * the request stands in the log, where nobody here can grant it. `block`: the answer is a block, `approval_unavailable`.
   */
  approvals?: 'pending' | 'block';
  /** Names a new log, printable ASCII without space and plus. Default: `aisecops-local/` and a UUID. */
  origin?: string;
  /** The file with the private keys. Default `data/signing-keys.json` in the directory; made where it is not there. */
  signing_key_file?: string;
  /** Names of members whose values are never written, as `redact_fields` of the gateway. */
  redact_fields?: readonly string[];
  /** Whether prompts and contents of sources are recorded, redacted. Default false. */
  record_texts?: boolean;
  /** Bytes after which a file of the log is closed. Default 1 GiB. */
  segment_bytes?: number;
  /** Told of what goes wrong beside decisions: a checkpoint that cannot be written, a stage that failed. Default: nobody. */
  onProblem?: (error: unknown) => void;
};
