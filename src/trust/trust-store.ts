import { z } from 'zod';
import { trustKeySchema, trustSourceSchema } from './trust-source.ts';

/** Where the description of a source comes from: `trust.yaml`, or a registration over the API. */
export type TrustOrigin = 'file' | 'api';

/** A source as it is kept: with each key that was ever revoked of it, however many. */
export const keptSourceSchema = trustSourceSchema.extend({
  public_keys: z.array(trustKeySchema).default([]),
  /** The tenant of who revoked it; `*`: one of all tenants, and only such a one restores it. */
  revoked_by_tenant: z.string().optional(),
});
export type KeptSource = z.output<typeof keptSourceSchema>;

/**
 * A source as the store keeps it. For one of origin `file` only what was revoked counts: it is what an operator made of a
 * source that `trust.yaml` describes.
 */
export type StoredSource = { source: KeptSource; origin: TrustOrigin };

/** What the directory reads from the store. It writes nothing there: the store projects the events of the log. */
export type TrustStore = {
  /** All of them, in any order. */
  trustSources(): Promise<StoredSource[]>;
};
