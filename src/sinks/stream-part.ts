import { type EventFilter, matchesEvent } from '../audit/event-filter.ts';
import { offsetOfEvent } from '../audit/find-line.ts';
import { logFiles } from '../audit/log-files.ts';
import type { LogReader } from '../audit/log-reader.ts';
import { type LogLine, readForward } from '../audit/read-forward.ts';
import {
  type FollowedLine,
  type FollowedLogs,
  type FollowPlace,
  idOf,
  placeBehind,
} from './followed-logs.ts';
import { endPlace } from './log-feed.ts';

/** From where on to look through the log, up to which byte, and for what: `log` for events of that log alone. */
export type PartAsk = { from: FollowPlace; to: number; filter: EventFilter & { log?: string } };

/**
 * Events as server-sent events; where the part ended, and the id of the last event that was looked at. That one may be of
 * another tenant, so its id does not name its log.
 */
export type StreamPart = { text: string; end: FollowPlace; id: string };

/** Looks through the next part of the log, which MUST not be empty. `origin` is its name. Throws as `readForward`. */
export async function streamPart(
  logs: FollowedLogs,
  { from, to, filter: { log, ...filter } }: PartAsk,
  origin: string,
): Promise<StreamPart> {
  const lines = await logs.read(from, to);
  const isWanted = (line: FollowedLine) =>
    (log === undefined || log === (line.from?.log ?? origin)) && matchesEvent(line.event, filter);
  const text = lines.filter(isWanted).map(asServerSent).join('');
  const last = lines.at(-1);
  return last === undefined
    ? { text, end: { offset: from.offset }, id: '' }
    : { text, end: placeBehind(last, from), id: idOf(last) };
}

/** A line of the log holds no line break, so it is one `data` line as it stands. */
function asServerSent(line: FollowedLine): string {
  return `id: ${streamId(line)}\ndata: ${line.raw.toString('utf8')}\n\n`;
}

/** The log that an event is from is in its id: the line itself does not say. */
function streamId(line: FollowedLine): string {
  return line.from === undefined ? idOf(line) : `${idOf(line)}@${line.from.log}`;
}

/** An event of the log, or `within` the part of another log that it tells of. */
export type StreamPlace = { sequence: number; within?: number };

/** Behind which event a stream begins: −1 for all of the log; absent: behind the last one that is durable. */
export type StartAsk = { after?: StreamPlace; durable: number };

/** The place to begin at, and the id of the event before it. `gone`: no longer kept. `ahead`: there is no such event yet. */
export type StreamStart = { at: FollowPlace; id: string } | 'gone' | 'ahead';

export async function streamStart(logs: FollowedLogs, { after, durable }: StartAsk): Promise<StreamStart> {
  if (after !== undefined) return startBehind(logs, after, durable);
  const { offset, sequence } = await endPlace(logs.log, durable);
  return { at: { offset }, id: String(sequence - 1) };
}

async function startBehind(
  logs: FollowedLogs,
  { sequence, within }: StreamPlace,
  durable: number,
): Promise<StreamStart> {
  const { log } = logs;
  const [oldest] = await logFiles(log.auditFile);
  const first = oldest?.sequence ?? 0;
  const next = sequence + 1;
  // Of an event that is gone nobody knows which part it told of.
  if (next < first || (next === first && within !== undefined)) return 'gone';
  if (next === first)
    return { at: { offset: oldest?.offset ?? 0 }, id: sequence < 0 ? '' : String(sequence) };
  const line = await lineAt(log, sequence, { from: 0, to: durable });
  if (line === undefined) return 'ahead';
  const part = await logs.partOf(line.event);
  const at = { offset: line.end, ...(part !== undefined && { part }) };
  return within === undefined ? { at, id: String(sequence) } : behindWithin(logs, { at, within });
}

/** The line of an event that stands between two bytes of a log; nothing where there is none. */
async function lineAt(
  log: LogReader,
  sequence: number,
  { from, to }: { from: number; to: number },
): Promise<LogLine | undefined> {
  const offset = await offsetOfEvent(log.auditFile, sequence);
  if (offset === undefined || offset < from || offset >= to) return undefined;
  return (await readForward(log, offset, to))[0];
}

/** Behind an event of a part; `gone` where that log was taken away, `ahead` where the part has no such event. */
async function behindWithin(
  logs: FollowedLogs,
  { at, within }: { at: FollowPlace; within: number },
): Promise<StreamStart> {
  if (at.part === undefined) return 'gone';
  const { log, recorded, offset: from, end: to } = at.part;
  const line = await lineAt(logs.readerOf(log), within, { from, to });
  if (line === undefined) return 'ahead';
  const followed = { ...line, from: { log, recorded } };
  return { at: placeBehind(followed, at), id: idOf({ event: line.event, from: { log, recorded } }) };
}
