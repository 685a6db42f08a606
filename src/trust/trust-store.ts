import type { TrustSource } from './trust-source.ts';

/** Where the description of a source comes from: `trust.yaml`, or a registration over the API. */
export type TrustOrigin = 'file' | 'api';

/**
 * A source as the store keeps it. For one of origin `file` only what was revoked counts: it is what an operator made of a
 * source that `trust.yaml` describes.
 */
export type StoredSource = { source: TrustSource; origin: TrustOrigin };

/** What the directory reads from the store. It writes nothing there: the store projects the events of the log. */
export type TrustStore = {
  /** All of them, in any order. */
  trustSources(): Promise<StoredSource[]>;
};
