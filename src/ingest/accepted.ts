import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_HASH } from '../audit/event-line.ts';
import { replaceFile, syncDirectory } from '../disk/durable-file.ts';
import { ifThere } from '../disk/if-there.ts';
import { type Accepted, acceptedSchema } from './origin-record.ts';

const NOTHING: Accepted = { events: 0, bytes: 0, hash: NO_HASH, timestamp: '' };

const fileIn = (directory: string): string => join(directory, 'accepted.json');

/** How far a log was taken over; nothing where none of it was. */
export async function readAccepted(directory: string): Promise<Accepted> {
  const text = await ifThere(readFile(fileIn(directory), 'utf8'));
  return text === undefined ? NOTHING : acceptedSchema.parse(JSON.parse(text));
}

/** From now on it counts up to here, also after a crash. */
export async function keepAccepted(directory: string, accepted: Accepted): Promise<void> {
  await replaceFile(fileIn(directory), { content: JSON.stringify(accepted), mode: 0o640 });
  await syncDirectory(directory);
}
