import type { AuditEvent } from '../audit/event.ts';
import type { JsonObject } from '../json/value.ts';

/** What a bundle is made from and what is read back from one: the record of a trace, and what speaks for it. */
export type TraceRecord = {
  trace_id: string;
  /** The exact lines of the log, in order, and what they say with payloads in place. */
  lines: readonly { raw: Buffer; event: AuditEvent }[];
  /** Payloads that were too large for their lines, by the hex of their SHA-256. */
  blobs: ReadonlyMap<string, Buffer>;
  /** Bundles that decided, by version; one that is not kept is missing. */
  policies: ReadonlyMap<string, JsonObject>;
  /** The checkpoint of the log, and for each event that it covers the proof that it is in it. */
  proof?: { checkpoint: string; proofs: ReadonlyMap<number, string> };
};

/** The events of a record. */
export function eventsOf({ lines }: TraceRecord): AuditEvent[] {
  return lines.map(({ event }) => event);
}
