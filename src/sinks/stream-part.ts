import { type EventFilter, matchesEvent } from '../audit/event-filter.ts';
import { offsetOfEvent } from '../audit/find-line.ts';
import { logFiles } from '../audit/log-files.ts';
import type { LogReader } from '../audit/log-reader.ts';
import { type LogLine, readForward } from '../audit/read-forward.ts';
import { endPlace } from './log-feed.ts';

/** Which part of the log to look through, by bytes, and for what. */
export type PartAsk = { from: number; to: number; filter: EventFilter };

/** Events as server-sent events; where the part ended, and the last event that was looked at. */
export type StreamPart = { text: string; end: number; sequence: number };

/** Looks through the next part of the log, which MUST not be empty. Throws as `readForward`. */
export async function streamPart(log: LogReader, { from, to, filter }: PartAsk): Promise<StreamPart> {
  const lines = await readForward(log, from, to);
  const text = lines.filter(({ event }) => matchesEvent(event, filter)).map(asServerSent);
  const last = lines.at(-1);
  return { text: text.join(''), end: last?.end ?? from, sequence: last?.event.sequence ?? -1 };
}

/** A line of the log holds no line break, so it is one `data` line as it stands. */
function asServerSent({ raw, event }: LogLine): string {
  return `id: ${event.sequence}\ndata: ${raw.toString('utf8')}\n\n`;
}

/** Behind which event a stream begins: −1 for all of the log; absent: behind the last one that is durable. */
export type StartAsk = { after?: number; durable: number };

/** The byte to begin at, and the event before it. `gone`: no longer kept. `ahead`: there is no such event yet. */
export type StreamStart = { at: number; sequence: number } | 'gone' | 'ahead';

export async function streamStart(log: LogReader, { after, durable }: StartAsk): Promise<StreamStart> {
  if (after === undefined) {
    const { offset, sequence } = await endPlace(log, durable);
    return { at: offset, sequence: sequence - 1 };
  }
  const [oldest] = await logFiles(log.auditFile);
  const first = oldest?.sequence ?? 0;
  if (after + 1 < first) return 'gone';
  if (after + 1 === first) return { at: oldest?.offset ?? 0, sequence: after };
  const offset = await offsetOfEvent(log.auditFile, after);
  if (offset === undefined || offset >= durable) return 'ahead';
  const [line] = await readForward(log, offset, durable);
  return line === undefined ? 'ahead' : { at: line.end, sequence: after };
}
