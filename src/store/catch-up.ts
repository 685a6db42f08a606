import type { CommittedGroup } from '../audit/event.ts';
import type { AppliedPosition, Projection } from './store.ts';
import { StoreError } from './store-error.ts';

/** The log as the store follows it. */
export type FollowedLog = {
  /** Bytes and sequence where the log ends. */
  size: number;
  nextSequence: number;
  /** Where its lines begin: behind what was purged. */
  start: { sequence: number; offset: number; hash: string };
  /** The hash of the event that ends at this byte, `undefined` where no line ends there. */
  hashBefore(offset: number): Promise<string | undefined>;
  groups(fromOffset: number, toOffset: number): AsyncIterable<CommittedGroup[]>;
};

/**
 * Projects what the log has and the store has not, before anything is decided. Resolves with the number of events.
 *
 * A store that ends before the log begins is made again from what remains. One that has seen more than the log holds, or another event where it last looked, is not this log's store, or
 * the log was cut: rejects with `store_log_mismatch`, and nothing is changed.
 */
export async function catchUp(
  store: Projection,
  log: FollowedLog,
  onProgress: (sequence: number) => void = () => {},
): Promise<number> {
  await assertSameLog(await store.applied(), log);
  const { start: begin } = log;
  if (begin.sequence > ((await store.applied())?.sequence ?? -1) + 1)
    await store.beginBehind({ ...begin, sequence: begin.sequence - 1 });
  const applied = await store.applied();
  const start = (applied?.sequence ?? -1) + 1;
  for await (const groups of log.groups(applied?.offset ?? 0, log.size)) {
    await store.commit(groups);
    onProgress(groups.at(-1)?.last_sequence ?? start);
  }
  return log.nextSequence - start;
}

/** Rejects with `store_log_mismatch` where the store has seen what the log does not hold. */
export async function assertSameLog(
  applied: AppliedPosition | undefined,
  log: Pick<FollowedLog, 'size' | 'start' | 'hashBefore'>,
): Promise<void> {
  if (applied === undefined || applied.offset < log.start.offset) return;
  if (applied.offset === log.start.offset && applied.hash === log.start.hash) return;
  const isThere = applied.offset <= log.size && (await log.hashBefore(applied.offset)) === applied.hash;
  if (isThere) return;
  throw new StoreError(
    'store_log_mismatch',
    `the store has seen event ${applied.sequence} (${applied.hash}), and the audit log does not hold it where it was: ` +
      'the log was cut or exchanged, or the store belongs to another log',
  );
}
