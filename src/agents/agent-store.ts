import type { AgentRecord } from './agent-record.ts';

/** Where an agent's record comes from: `agents.yaml`, or a registration over the API. */
export type AgentOrigin = 'file' | 'api';

/**
 * An agent as the store keeps it. For one of origin `file` only the status counts: it is what an operator made
 * of an agent that `agents.yaml` describes.
 */
export type StoredAgent = { agent: AgentRecord; origin: AgentOrigin };

/** What the directory reads from the store. It writes nothing there: the store projects the events of the log. */
export type AgentStore = {
  /** All of them, in any order. */
  agents(): Promise<StoredAgent[]>;
};
