import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { naiveCheckpointFault } from '../audit/naive-checkpoint.ts';
import { naiveKeyFault } from '../audit/naive-keys.ts';
import { naiveTailFault } from '../audit/naive-tail.ts';
import { naiveEvents, naiveFault } from '../audit/naive-verifier.ts';
import { auditFile } from './gateway-process.ts';

/*
 * What a reader makes of the log who knows nothing else of the gateway: it shares no code with src/.
 */

export type LogEvent = {
  event_type: string;
  sequence: number;
  hash: string;
  timestamp: string;
  execution_plan_id?: string;
  trace_id?: string;
  decision?: string;
  policy_bundle?: string;
  payload: Record<string, unknown>;
};

/** All bytes of a log: its segments by their numbers, then the active file. */
export function logOf(directory: string): Buffer {
  const segments = join(directory, 'audit', 'segments');
  const names = existsSync(segments) ? readdirSync(segments) : [];
  const sorted = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const files = [...sorted.map((name) => join(segments, name)), auditFile(directory)];
  return Buffer.concat(files.filter((file) => existsSync(file)).map((file) => readFileSync(file)));
}

/** The events of a log that nobody is writing to or that ends in a whole line. */
export function eventsOf(directory: string): LogEvent[] {
  return naiveEvents(logOf(directory)) as unknown as LogEvent[];
}

/** The whole lines of a log that a crash may have cut. */
export function linesOf(directory: string): { sequence: number; hash: string }[] {
  const text = logOf(directory).toString();
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** What is wrong with the log of a gateway or with its newest checkpoint, by the independent verifier. */
export function faultOf(directory: string): string | undefined {
  const file = auditFile(directory);
  const log = logOf(directory);
  return (
    naiveFault(log, join(dirname(file), 'blobs')) ??
    checkpointFault(directory, log) ??
    treeFault(directory, log)
  );
}

/** A log of which nothing was purged is held against its tree from the newest checkpoint on. */
function treeFault(directory: string, log: Buffer): string | undefined {
  const size = Number(notesOf(directory).at(-1)?.split('\n')[1]);
  if (!log.subarray(0, 300).includes('"event_type":"log_opened"')) return undefined;
  return naiveTailFault(log, readFileSync(join(directory, 'audit', 'tree')), size);
}

function checkpointFault(directory: string, log: Buffer): string | undefined {
  const notes = notesOf(directory);
  const before = eventsOf(directory).flatMap(({ event_type, payload }) =>
    event_type === 'key_rotated' && payload['purpose'] === 'log' ? [String(payload['old_key'])] : [],
  );
  return (
    naiveCheckpointFault(notes.at(-1) ?? '', log, logKeyOf(directory), before) ?? naiveKeyFault(log, notes)
  );
}

/** All checkpoints beside a log, the newest last. */
export function notesOf(directory: string): string[] {
  const history = join(directory, 'audit', 'checkpoints.jsonl');
  const lines = existsSync(history) ? readFileSync(history, 'utf8').trimEnd().split('\n') : [];
  return [
    ...lines.map((line) => JSON.parse(line).note),
    readFileSync(join(directory, 'audit', 'checkpoint'), 'utf8'),
  ];
}

/** The key that the log says signs it now. */
export function logKeyOf(directory: string): string {
  const keys = eventsOf(directory).flatMap(({ event_type, payload }) => {
    if (event_type === 'log_key_announced') return [String(payload['verifier_key'])];
    return event_type === 'key_rotated' && payload['purpose'] === 'log' ? [String(payload['new_key'])] : [];
  });
  return keys.at(-1) ?? '';
}

export type Counters = Record<string, { used: number; reserved: number }>;

type Line = { budget_id: string; key: string; amount: number; reserved: number; actual: number };

/** What every budget has used and reserved, in its smallest units, from the lines of the log alone. */
export function countersOf(directory: string): Counters {
  const totals: Counters = {};
  const add = (line: Line, used: number, reserved: number): void => {
    const total = totals[line.budget_id] ?? { used: 0, reserved: 0 };
    totals[line.budget_id] = { used: total.used + used, reserved: total.reserved + reserved };
  };
  for (const { payload } of eventsOf(directory)) {
    for (const line of linesIn(payload, 'reservations')) add(line, 0, line.amount);
    for (const line of linesIn(payload, 'settled')) add(line, line.actual, -line.reserved);
  }
  return totals;
}

function linesIn(payload: Record<string, unknown> | undefined, member: string): Line[] {
  return (payload?.[member] ?? []) as Line[];
}
