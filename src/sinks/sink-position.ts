import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { replaceFile } from '../disk/durable-file.ts';
import { ifThere } from '../disk/if-there.ts';
import type { LogPlace } from './log-feed.ts';

const positionSchema = z.strictObject({
  /** The log it is a place of. */
  origin: z.string(),
  /** The event that comes next, and the byte at which its line begins. */
  sequence: z.int().min(0),
  offset: z.int().min(0),
  /** Of the event before; absent at the beginning of the log. */
  hash: z.string().optional(),
  /** What is left of a part of a log that was taken over: the event before tells of it. */
  part: z
    .strictObject({ log: z.string(), recorded: z.int(), offset: z.int().min(0), end: z.int().min(0) })
    .optional(),
  /** The log has been told that the sink is failing, and not yet that it has recovered. */
  is_failing: z.boolean(),
});

/** How far a sink has come: everything before is delivered, or is a dead letter. */
export type SinkPosition = z.infer<typeof positionSchema>;

/** What is kept in the file; nothing where there is none. Throws for a file that holds anything else. */
export async function readPosition(file: string): Promise<SinkPosition | undefined> {
  const text = await ifThere(readFile(file, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return positionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} holds no position; delete it, and the sink begins anew`, { cause });
  }
}

/**
 * Keeps a position. After a crash there is this one or the one before, never half of one; an older one means that
 * events are sent again, so its name needs no sync.
 */
export function keepPosition(file: string, position: SinkPosition): Promise<void> {
  return replaceFile(file, { content: `${JSON.stringify(position)}\n`, mode: 0o640 });
}

/** The place in the log that was kept. */
export function placeIn({ sequence, offset, hash, part }: SinkPosition): LogPlace {
  return {
    sequence,
    offset,
    ...(hash === undefined ? {} : { hash }),
    ...(part === undefined ? {} : { part }),
  };
}
