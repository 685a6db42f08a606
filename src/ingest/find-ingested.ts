import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAccepted } from './accepted.ts';
import {
  directoryNameOf,
  ingestedDirectory,
  type OriginRecord,
  originRecordSchema,
} from './origin-record.ts';

/** What says of each log in a directory whose it is; `problems` are files that say nothing that can be read. */
export async function readOrigins(
  directory: string,
): Promise<{ records: OriginRecord[]; problems: string[] }> {
  const records: OriginRecord[] = [];
  const problems: string[] = [];
  const names = await readdir(directory).catch(() => []);
  for (const name of names.sort()) {
    const file = join(directory, name, 'origin.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    // A crash came before it was registered.
    if (text === undefined) continue;
    const record = recordIn(text);
    if (record === undefined) problems.push(file);
    else records.push(record);
  }
  return { records, problems };
}

/** A log that was taken over, of which these bytes count. */
export type FoundLog = { log: string; tenant_id: string; auditFile: string; to: number };

/** The logs that a gateway took over, found beside its own, by name; those of which nothing counts are left out. */
export async function findIngested(auditFile: string): Promise<FoundLog[]> {
  const directory = ingestedDirectory(dirname(auditFile));
  const { records, problems } = await readOrigins(directory);
  if (problems.length > 0)
    throw new Error(`${problems.join(', ')} cannot be read: what that log holds would be left out`);
  const found: FoundLog[] = [];
  for (const { origin, tenant_id } of records.toSorted((a, b) => (a.origin < b.origin ? -1 : 1))) {
    const own = join(directory, directoryNameOf(origin));
    const { bytes } = await readAccepted(own);
    if (bytes > 0) found.push({ log: origin, tenant_id, auditFile: join(own, 'events.jsonl'), to: bytes });
  }
  return found;
}

function recordIn(text: string): OriginRecord | undefined {
  try {
    return originRecordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
