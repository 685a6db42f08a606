import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A second verifier, written from docs/audit-format.md alone and as plainly as possible: it shares no code with
 * src/, so that a mistake made there is not made here again.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Answers what is wrong with a log, or `undefined` when all of it holds. */
export function naiveFault(file: Buffer, blobs: string): string | undefined {
  try {
    const events = lines(file).map((line) => readEvent(line));
    checkLogChain(events);
    checkTraceChains(events);
    for (const event of events) checkBlob(event, blobs);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** The events of a log, for tests that look into it. Throws when the file is no audit log. */
export function naiveEvents(file: Buffer): Record<string, Json>[] {
  return lines(file).map((line) => readEvent(line));
}

function lines(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = 0;
  for (let index = 0; index < file.length; index += 1) {
    if (file[index] !== 0x0a) continue;
    found.push(file.subarray(start, index));
    start = index + 1;
  }
  if (start !== file.length) throw new Error('the file does not end in a newline');
  return found;
}

function readEvent(line: Buffer): Record<string, Json> {
  if (line.length > 65_535) throw new Error('line too long');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  const event = JSON.parse(text) as Record<string, Json>;
  if (canonical(event) !== text) throw new Error('not canonical');
  if (event['schema_version'] !== '1.0') throw new Error('unknown schema');
  const { hash, ...rest } = event;
  if (digest(Buffer.from(canonical(rest), 'utf8')) !== hash) throw new Error('wrong hash');
  return event;
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join(',')}}`;
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const ZEROS = `sha256:${'0'.repeat(64)}`;

function checkLogChain(events: Record<string, Json>[]): void {
  let previous = ZEROS;
  let time = '';
  events.forEach((event, index) => {
    if (event['sequence'] !== index) throw new Error(`sequence at ${index}`);
    if (event['prev_hash'] !== previous) throw new Error(`prev_hash at ${index}`);
    if (String(event['timestamp']) < time) throw new Error(`time at ${index}`);
    if (index === 0 && event['event_type'] !== 'log_opened') throw new Error('no log_opened');
    previous = String(event['hash']);
    time = String(event['timestamp']);
  });
}

function checkTraceChains(events: Record<string, Json>[]): void {
  for (const [trace, members] of Map.groupBy(events, (event) => event['trace_id'])) {
    if (trace === undefined) checkUntraced(members);
    else checkTrace(members);
  }
}

function checkUntraced(events: Record<string, Json>[]): void {
  for (const event of events) {
    if ('trace_sequence' in event || 'trace_prev_hash' in event)
      throw new Error('trace members without trace');
  }
}

function checkTrace(events: Record<string, Json>[]): void {
  let previous = ZEROS;
  events.forEach((event, index) => {
    if (event['trace_sequence'] !== index) throw new Error(`trace_sequence ${index} of ${event['trace_id']}`);
    if (event['trace_prev_hash'] !== previous)
      throw new Error(`trace_prev_hash ${index} of ${event['trace_id']}`);
    previous = String(event['hash']);
  });
}

function checkBlob(event: Record<string, Json>, blobs: string): void {
  const payload = event['payload'];
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return;
  if (Object.keys(payload).sort().join() !== 'blob,bytes') return;
  const name = String(payload['blob']);
  const path = join(blobs, name.replace('sha256:', ''));
  if (!existsSync(path)) throw new Error(`no blob ${name}`);
  const bytes = readFileSync(path);
  if (bytes.length !== payload['bytes'] || digest(bytes) !== name) throw new Error(`blob ${name} differs`);
}
