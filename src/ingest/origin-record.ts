import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

/** A log that may be handed over: whose it is, and who signs it. Kept in `origin.json` beside its lines. */
export const originRecordSchema = z.strictObject({
  origin: z.string(),
  tenant_id: z.string(),
  /** `name+id+base64` of the key that signs its checkpoints. */
  verifier_key: z.string(),
  registered_by: z.string(),
  registered_at: z.string(),
});
export type OriginRecord = z.infer<typeof originRecordSchema>;

/** How much of a log was taken over. */
export const acceptedSchema = z.strictObject({
  events: z.int(),
  bytes: z.int(),
  /** Hash and time of the last event. */
  hash: z.string(),
  timestamp: z.string(),
});
export type Accepted = z.infer<typeof acceptedSchema>;

/** What stands in the answers: the record, and how far the log was taken over. */
export type OriginState = OriginRecord & { next_sequence: number; bytes: number; head_hash?: string };

/** Where ingested logs are: a directory each, laid out as that of any log. */
export const ingestedDirectory = (auditDirectory: string): string => join(auditDirectory, 'ingested');

/** The index of one of them. */
export const storeFileIn = (storeDirectory: string, origin: string): string =>
  join(storeDirectory, `${directoryNameOf(origin)}.db`);

/** A name for files that is one of this origin alone: what can be read of it, and a hash of it. */
export function directoryNameOf(origin: string): string {
  const readable = origin.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 64);
  return `${readable}-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
}
