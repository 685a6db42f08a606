import { formatCheckpoint } from '../tlog/checkpoint.ts';
import type { NoteSigner } from '../tlog/note-key.ts';
import { signNote } from '../tlog/signed-note.ts';
import type { Digest } from '../tlog/tree-hash.ts';
import {
  appendCheckpoint,
  type CheckpointPaths,
  keepCheckpoint,
  replaceCheckpoint,
} from './checkpoint-file.ts';
import type { TreeFile } from './tree-file.ts';

/** New events after which a checkpoint does not wait for the timer. */
const EVENTS_PER_CHECKPOINT = 20_000;
/** The history beside the log has no more than one for each such time; where it is kept apart, it has all. */
const HISTORY_INTERVAL_MS = 60_000;
/** So long events may stay without a checkpoint before the log has to stop. */
const MAX_UNSIGNED_MS = 60_000;

type Deps = {
  origin: string;
  tree: TreeFile;
  signer: NoteSigner;
  /** The key before `signer`, which signs the first checkpoint as well: so the one hands over to the other. */
  before?: NoteSigner;
  paths: CheckpointPaths;
  /** A second history, on another volume or host. */
  copy?: string;
  clock: () => number;
  /** Is told of each failure; `isFatal` once events have been without a checkpoint for a minute. */
  onFailure: (cause: unknown, isFatal: boolean) => void;
};

/**
 * Signs what the log has come to: the size of its tree and its root.
 *
 * It comes behind the log, never before it: leaves are taken once their lines are durable. Signing and writing take
 * no part in a decision; the window in which a cut tail shows in no checkpoint is what `tick` makes it.
 */
export class Checkpointer {
  readonly #deps: Deps;
  /** The first one stays; the others sign one checkpoint more. */
  #signers: readonly NoteSigner[];
  #signedSize: number;
  #unsignedSinceMs: number | undefined;
  #running: Promise<void> | undefined;
  #historyMs = Number.NEGATIVE_INFINITY;
  #isClosing = false;

  /** `signedSize`: what the newest checkpoint on disk covers. */
  constructor(deps: Deps, signedSize: number) {
    this.#deps = deps;
    this.#signers = deps.before === undefined ? [deps.signer] : [deps.signer, deps.before];
    this.#signedSize = signedSize;
  }

  /** Events that the newest checkpoint on disk covers. */
  get signedSize(): number {
    return this.#signedSize;
  }

  /** Whether the checkpoint that two keys sign is on disk, in the history as well. */
  get isHandedOver(): boolean {
    return this.#signers.length === 1;
  }

  /** From now on another key signs; the next checkpoint is signed by both. */
  handOver(signer: NoteSigner): void {
    this.#signers = [signer, ...this.#signers];
  }

  /** Takes the leaves of lines that are durable, in the order of the log. */
  take(leaves: readonly Digest[]): void {
    const { tree, clock } = this.#deps;
    for (const leaf of leaves) tree.add(leaf);
    if (leaves.length > 0) this.#unsignedSinceMs ??= clock();
    if (tree.size - this.#signedSize >= EVENTS_PER_CHECKPOINT) void this.tick();
  }

  /** Signs a checkpoint where there is something new; call it about once a second. Never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Signs everything that was taken so far. Never rejects; what could not be signed is told of as always. */
  async signNow(): Promise<void> {
    await this.#running;
    await this.tick();
  }

  /** The last checkpoint, over everything taken. */
  async close(): Promise<void> {
    await this.#running;
    this.#isClosing = true;
    await this.tick();
    this.#deps.tree.close();
  }

  async #write(): Promise<void> {
    const { origin, tree, paths, copy, clock } = this.#deps;
    const { size } = tree;
    if (size === this.#signedSize) return;
    const nowMs = clock();
    const signers = this.#signers;
    try {
      tree.flush();
      const note = signNote(formatCheckpoint({ origin, size, root: tree.root() }), signers);
      const signedAt = new Date(nowMs).toISOString();
      await replaceCheckpoint(paths.latest, note);
      this.#signedSize = size;
      this.#unsignedSinceMs = tree.size > size ? nowMs : undefined;
      const isHandOver = signers.length > 1;
      if (isHandOver || this.#isClosing || nowMs - this.#historyMs >= HISTORY_INTERVAL_MS) {
        await keepCheckpoint(paths.history, note, signedAt);
        this.#historyMs = nowMs;
      }
      if (copy !== undefined) await appendCheckpoint(copy, note, signedAt);
      // A key that came meanwhile has signed nothing yet.
      if (this.#signers === signers) this.#signers = signers.slice(0, 1);
    } catch (cause) {
      const since = this.#unsignedSinceMs ?? nowMs;
      this.#deps.onFailure(cause, nowMs - since > MAX_UNSIGNED_MS);
    }
  }
}
