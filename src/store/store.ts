import type { AgentStore } from '../agents/agent-store.ts';
import type { ApprovalStore } from '../approvals/approval-store.ts';
import type { CommittedGroup, UnreadableEvent } from '../audit/event.ts';
import type { BudgetStore } from '../budgets/budget-store.ts';
import type { HoldStore } from '../holds/hold-store.ts';
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts';
import type { OutcomeStore, PermitStore } from '../permits/permit-store.ts';
import type { EventIndex } from '../replay/event-index.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { RememberedStore } from '../trust/remembered-contents.ts';
import type { TrustStore } from '../trust/trust-store.ts';
import type { VersionStore } from '../versions/records.ts';
import type { RetentionStore } from './carried-state.ts';

/** How far the store has followed the log: the last group it projected. */
export type AppliedPosition = {
  /** Sequence and hash of the group's last event. */
  sequence: number;
  hash: string;
  /** Byte offset behind the group: where catching up begins to read. */
  offset: number;
};

export type Projection = {
  /**
   * Throws `malformed_event` where `commit` could not read an event of the group. Changes nothing and does not wait:
   * what is not durable yet can still be refused.
   */
  assertReadable(group: Pick<CommittedGroup, 'context' | 'events'>): void;
  /** Events that were projected although they could not be read, the first `limit` of them. */
  unreadable(limit: number): Promise<UnreadableEvent[]>;
  /** `undefined`: nothing yet. */
  applied(): Promise<AppliedPosition | undefined>;
  /**
   * Projects groups into the tables and moves the applied position, all in one transaction. Groups MUST come in
   * the order of the log; those at or before the applied position are skipped, so a group counts once however
   * often it is given. Rejects with `store_gap` where one is missing; then nothing of the call is applied. Of an event
   * that cannot be read only what restricts is projected, and `unreadable` names it.
   *
   * Needs no durability of its own: what a crash loses here is given again from the log.
   */
  commit(groups: readonly CommittedGroup[]): Promise<void>;
  /**
   * Empties the tables and stands behind events that the log does not have any more. The first state that events
   * further on carry then fills what these had brought about.
   */
  beginBehind(position: AppliedPosition): Promise<void>;
  /** Empties every table that the log can fill again, and forgets the applied position. Tokens stay. */
  clearProjection(): Promise<void>;
};

/** All that the gateway keeps besides the log. The sum of what each service asks for in its own folder. */
export type Store = Projection &
  EventIndex &
  AgentStore &
  ApprovalStore &
  BudgetStore &
  PermitStore &
  OutcomeStore &
  TokenStore &
  IdempotencyStore &
  HoldStore &
  TrustStore &
  RememberedStore &
  VersionStore &
  RetentionStore & {
    close(): Promise<void>;
  };
