import type { EventGroup } from '../audit/event.ts';
import type { SamePerson } from '../policy/person-name.ts';
import type { Caller } from '../tokens/caller.ts';
import type { Approval } from './approval.ts';
import { ApprovalError } from './approval-error.ts';
import { closedGroup, grantedGroup } from './approval-events.ts';
import { approve, cancel, type Review, reject, statusAt } from './approval-rules.ts';
import type { ApprovalQuery, ApprovalStore } from './approval-store.ts';
import { KeyedLock } from './keyed-lock.ts';
import { type StartTimer, Waiters } from './waiters.ts';

export const MAX_WAIT_SECONDS = 60;

/** An approval that one plan looks at while no other can use or change it. */
export type ClaimedApproval = {
  /** As it stands now, expiry included; absent where there is none of this id. */
  approval?: Approval;
  /** MUST be called once the plan's events are durable, or could not be written. Calling it again does nothing. */
  release(): void;
};

type Deps = {
  store: ApprovalStore;
  /** Makes an event group durable and projects it; rejects where it cannot. */
  record: (group: EventGroup) => Promise<unknown>;
  clock: () => number;
  startTimer: StartTimer;
  isSamePerson: SamePerson;
  /** How many requests may wait at once. */
  maxWaiters?: number;
};

/** A decision of one person: on which approval, by whom, and in which words. */
export type ReviewRequest = { approval_id: string; caller: Caller; note?: string };

/**
 * Approvals: what people say on plans that need their say.
 *
 * Nothing is kept in memory. A change takes the approval's lock, reads it from the store, applies the rules, and
 * makes its event durable before the lock is let go; so two people, or two plans, never both come first.
 */
export class Approvals {
  readonly #deps: Deps;
  readonly #lock = new KeyedLock();
  readonly #waiters: Waiters;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#waiters = new Waiters(deps.startTimer, deps.maxWaiters ?? 1_000);
  }

  /** Rejects with `approval_not_found`, also where it is another tenant's. `tenantId` `*` reaches all. */
  async get(approvalId: string, tenantId: string): Promise<Approval> {
    const approval = await this.#read(approvalId, tenantId);
    if (approval === undefined) throw notFound(approvalId);
    return { ...approval, status: statusAt(approval, this.#now()) };
  }

  /** Newest first. One that ran out is listed as pending until its expiry is recorded, within a sweep. */
  list(query: ApprovalQuery): Promise<{ items: Approval[]; next_cursor?: string }> {
    return this.#deps.store.approvals(query);
  }

  /**
   * Takes the approval for the plan that names it. Another plan with the same approval waits here until this one
   * has released it, and then sees it as consumed: that is what makes an approval good for one use.
   */
  async claim(approvalId: string): Promise<ClaimedApproval> {
    const unlock = await this.#lock.acquire(approvalId);
    const release = (): void => {
      unlock();
      this.#waiters.wake(approvalId);
    };
    try {
      const approval = await this.#deps.store.approval(approvalId);
      if (approval === undefined) return { release };
      return { approval: { ...approval, status: statusAt(approval, this.#now()) }, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Rejects as the rule `approve` throws, and with `approval_not_found`. */
  approve(request: ReviewRequest): Promise<Approval> {
    return this.#change(request, (approval, review) => {
      const { isSamePerson } = this.#deps;
      const next = approve(approval, { caller: request.caller, isSamePerson }, review);
      return { next, group: grantedGroup(next, review) };
    });
  }

  /** Rejects as the rule `reject` throws, and with `approval_not_found`. */
  reject(request: ReviewRequest): Promise<Approval> {
    return this.#change(request, (approval, review) => ({
      next: reject(approval, request.caller, review),
      group: closedGroup(approval, 'approval_rejected', review),
    }));
  }

  /** Rejects as the rule `cancel` throws, and with `approval_not_found`. */
  cancel(request: ReviewRequest): Promise<Approval> {
    return this.#change(request, (approval, review) => ({
      next: cancel(approval, request.caller, review),
      group: closedGroup(approval, 'approval_cancelled', review),
    }));
  }

  /**
   * The approval, as soon as it is pending no longer or somebody else approved, and after `seconds` (0 to 60) in
   * any case. Rejects as `get` does, and with `too_many_waiters`.
   */
  async wait(approvalId: string, tenantId: string, seconds: number, signal?: AbortSignal): Promise<Approval> {
    const ms = Math.min(seconds, MAX_WAIT_SECONDS) * 1000;
    if (ms <= 0) return this.get(approvalId, tenantId);
    // Waiting begins before the first look, so that no change falls between the two.
    const waiting = this.#waiters.start(approvalId, ms, signal);
    try {
      const before = await this.get(approvalId, tenantId);
      if (before.status !== 'pending') return before;
      await waiting.done;
    } finally {
      waiting.stop();
    }
    return this.get(approvalId, tenantId);
  }

  /** Records the expiry of approvals that ran out, oldest first, at most `limit`; resolves with how many. */
  async expireDue(limit: number): Promise<number> {
    const due = await this.#deps.store.dueApprovals(this.#now(), limit);
    const expired = await Promise.all(due.map(({ approval_id }) => this.#expire(approval_id)));
    return expired.filter(Boolean).length;
  }

  /** Lets all who wait go, with the state as it is: for shutting down. */
  close(): void {
    this.#waiters.wakeAll();
  }

  async #expire(approvalId: string): Promise<boolean> {
    const unlock = await this.#lock.acquire(approvalId);
    try {
      const now = this.#now();
      const approval = await this.#deps.store.approval(approvalId);
      const isDue =
        approval !== undefined && approval.status !== 'expired' && statusAt(approval, now) === 'expired';
      if (isDue) await this.#deps.record(closedGroup(approval, 'approval_expired', { at: now }));
      return isDue;
    } finally {
      unlock();
      this.#waiters.wake(approvalId);
    }
  }

  async #change(
    { approval_id: id, caller, note }: ReviewRequest,
    rule: (approval: Approval, review: Review) => { next: Approval; group: EventGroup },
  ): Promise<Approval> {
    const unlock = await this.#lock.acquire(id);
    try {
      const approval = await this.#read(id, caller.tenant_id);
      if (approval === undefined) throw notFound(id);
      const review = { name: caller.name, at: this.#now(), ...(note === undefined ? {} : { note }) };
      const { next, group } = rule(approval, review);
      await this.#deps.record(group);
      return next;
    } finally {
      unlock();
      this.#waiters.wake(id);
    }
  }

  async #read(approvalId: string, tenantId: string): Promise<Approval | undefined> {
    const approval = await this.#deps.store.approval(approvalId);
    return tenantId === '*' || approval?.tenant_id === tenantId ? approval : undefined;
  }

  #now(): string {
    return new Date(this.#deps.clock()).toISOString();
  }
}

function notFound(approvalId: string): ApprovalError {
  return new ApprovalError('approval_not_found', `there is no approval ${approvalId}`);
}
