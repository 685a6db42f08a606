import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

type Event = Record<string, unknown> & { hash: string; trace_id?: string };

/**
 * What somebody with the disk and no key can do: changes one event of a log in one file and does all hashes and links behind
 * it again, so that every line holds by itself and follows the one before.
 */
export function forgeEvent(file: string, sequence: number, change: (event: Event) => void): void {
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  change(events[sequence] as Event);
  const heads = new Map<string, string>();
  let before: string | undefined;
  for (const event of events) {
    if (before !== undefined) event['prev_hash'] = before;
    const { trace_id } = event;
    const head = trace_id === undefined ? undefined : heads.get(trace_id);
    if (head !== undefined) event['trace_prev_hash'] = head;
    const { hash: _, ...rest } = event;
    event.hash = `sha256:${createHash('sha256').update(canonical(rest)).digest('hex')}`;
    before = event.hash;
    if (trace_id !== undefined) heads.set(trace_id, event.hash);
  }
  writeFileSync(file, events.map((event) => `${canonical(event)}\n`).join(''));
}

/** Changes one event and makes its own hash anew, and no other: what follows hangs on what it said before. */
export function resealEvent(file: string, sequence: number, change: (event: Event) => void): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  const event = JSON.parse(lines[sequence] ?? '') as Event;
  change(event);
  const { hash: _, ...rest } = event;
  event.hash = `sha256:${createHash('sha256').update(canonical(rest)).digest('hex')}`;
  writeFileSync(file, lines.with(sequence, canonical(event)).join('\n'));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
