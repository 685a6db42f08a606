import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { CommittedGroup, EventGroup } from '../audit/event.ts';
import type { SignedLog } from '../audit/open-signed-log.ts';
import type { PurgePlan } from '../retention/plan-purge.ts';
import { finishPurges, type PurgeParts, type PurgeRequest, purge } from '../retention/purge.ts';
import { readApart } from '../retention/purge-reading.ts';
import type { Store } from '../store/store.ts';
import type { Follower } from './follower.ts';

/** What decides waits no longer than this between two steps of taking rows out. */
const PAUSE_MS = 10;
/** So often it is waited for a moment in which nothing is on its way. */
const MAX_TURNS = 1_000;

type Deps = { auditFile: string; opened: SignedLog; store: Store; follower: Follower };

/** Purges beside the decisions: what is read much for is read by a thread of its own, and rows go a few at a time. */
export class Purging {
  readonly #deps: Deps;
  #running: Promise<unknown> = Promise.resolve();
  #gate: Promise<void> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Set for the moment in which the log takes nothing else: appends MUST wait for it. */
  get gate(): Promise<void> | undefined {
    return this.#gate;
  }

  /** One after the other. Without a request only what was begun before is finished. */
  run(request?: PurgeRequest): Promise<PurgePlan> {
    const run = this.#running.then(() => this.#run(request));
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #run(request: PurgeRequest | undefined): Promise<PurgePlan> {
    await this.#deps.follower.catchUp();
    if (request !== undefined) return purge(this.#parts(), request);
    await finishPurges(this.#parts());
    return { segments: [] };
  }

  #parts(): PurgeParts {
    const { auditFile, opened, store } = this.#deps;
    const { log, signer, verifierKey, checkpointer, isOwnPurge } = opened;
    return {
      ...{ auditFile, store, origin: log.origin, signer, verifierKey, isOwnPurge },
      reading: readApart(auditFile),
      appendAlone: (make) => this.#appendAlone(make),
      signThrough: async (sequence) => {
        await checkpointer.signNow();
        if (checkpointer.signedSize <= sequence)
          throw new Error('no checkpoint over the purge can be written');
      },
      clock: () => Date.now(),
      removeBlobs: (names) => log.removeBlobs(names),
      pause: () => wait(PAUSE_MS),
    };
  }

  async #appendAlone(make: () => Promise<EventGroup>): Promise<CommittedGroup> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    const { log } = this.#deps.opened;
    try {
      for (let attempt = 0; attempt < MAX_TURNS; attempt += 1) {
        await this.#deps.follower.catchUp();
        const { nextSequence } = log;
        const group = log.waiting === 0 ? await make() : undefined;
        // Whatever was on its way has come in between, and the store does not have it.
        if (group !== undefined && log.nextSequence === nextSequence) return await this.#appendNow(group);
        await turn();
      }
    } finally {
      this.#gate = undefined;
      resolve();
    }
    throw new Error('the log had no quiet moment to write down a purge');
  }

  async #appendNow(group: EventGroup): Promise<CommittedGroup> {
    const committed = await this.#deps.opened.log.append(group);
    await this.#deps.follower.catchUp();
    return committed;
  }
}
