import type { AuditEvent } from '../audit/event.ts';
import { LogReader } from '../audit/log-reader.ts';
import { readEvents } from '../audit/read-events.ts';
import { hashBefore } from '../audit/read-groups.ts';
import { textsOf } from '../replay/search/event-text.ts';
import { wordsOf } from '../replay/search/words.ts';
import { TEXT_BREAK, type TextEntry, type TextIndex } from '../store/sqlite/text-index.ts';

/** Events whose words are written in one transaction. */
const EVENTS_PER_BATCH = 1_000;

/**
 * Brings the words up to where the store is, as long as `goesOn` says so, which is asked between batches. Resolves with
 * the sequence reached. Words of another log, of one that was cut, and of events that were purged since are thrown away
 * first, with all others.
 */
export async function followTexts(
  auditFile: string,
  texts: TextIndex,
  goesOn: (reached: number) => boolean,
): Promise<number> {
  const begins = texts.beginning();
  // Words are filed under the first event of their trace, which is still changing.
  if (begins === undefined) return texts.searched()?.sequence ?? -1;
  await forgetOtherLog(auditFile, texts, begins);
  const goal = texts.applied();
  let reached = texts.searched()?.sequence ?? -1;
  if (goal === undefined || goal.sequence <= reached) return reached;
  let entries: TextEntry[] = [];
  for await (const { event, end } of readEvents(auditFile, texts.searched()?.offset ?? 0, goal.offset)) {
    entries.push(entryOf(event));
    if (entries.length < EVENTS_PER_BATCH && event.sequence < goal.sequence) continue;
    texts.add(entries, { sequence: event.sequence, hash: event.hash, offset: end, begins });
    entries = [];
    reached = event.sequence;
    if (!goesOn(reached)) break;
  }
  return reached;
}

async function forgetOtherLog(auditFile: string, texts: TextIndex, begins: number): Promise<void> {
  const searched = texts.searched();
  const applied = texts.applied();
  if (searched === undefined) return;
  if (searched.begins !== begins) {
    texts.clear();
    return;
  }
  const isAhead = applied === undefined || applied.offset < searched.offset;
  const hash = isAhead ? undefined : await hashBefore(new LogReader(auditFile), searched.offset);
  if (hash !== searched.hash) texts.clear();
}

function entryOf(event: AuditEvent): TextEntry {
  const { sequence, trace_id, trace_sequence } = event;
  const words = textsOf(event).map((text) => wordsOf(text).join(' '));
  return {
    sequence,
    ...(trace_id !== undefined && trace_sequence !== undefined && { trace_id, trace_sequence }),
    words: words.filter((each) => each !== '').join(` ${TEXT_BREAK} `),
  };
}
