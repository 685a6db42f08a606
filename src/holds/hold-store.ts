import type { Hold, HoldStatus } from './hold.ts';

export type HoldQuery = {
  /** Absent: every tenant, and those of none. */
  tenant_id?: string;
  status?: HoldStatus;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
};

/** What the service reads from the store. It writes nothing there: the store projects the events of the log. */
export type HoldStore = {
  hold(holdId: string): Promise<Hold | undefined>;
  /** Newest first. Rejects with `invalid_cursor` for a cursor it did not make. */
  holds(query: HoldQuery): Promise<{ items: Hold[]; next_cursor?: string }>;
  /** All that are active, oldest first. */
  activeHolds(): Promise<Hold[]>;
};
