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
    if (events.length === 0) throw new Error('not even log_opened');
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
  checkForms(event);
  const { hash, ...rest } = event;
  if (digest(Buffer.from(canonical(rest), 'utf8')) !== hash) throw new Error('wrong hash');
  return event;
}

const text = (form: RegExp) => (value: Json) => typeof value === 'string' && form.test(value);
const isCount = (value: Json) => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = text(/^sha256:[0-9a-f]{64}$/);
const isTime = (value: Json) => typeof value === 'string' && new Date(value).toISOString() === value;

const EVERY_EVENT: [string, (value: Json) => boolean][] = [
  ['event_id', text(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)],
  ['event_type', text(/^[a-z_]+$/)],
  ['sequence', isCount],
  ['timestamp', isTime],
  ['prev_hash', isHash],
  ['hash', isHash],
];
const OF_A_TRACE: typeof EVERY_EVENT = [
  ['trace_sequence', isCount],
  ['trace_prev_hash', isHash],
];
const TEXTS =
  'agent_id agent_name agent_type budget_context control decision decision_stage execution_plan_id policy_bundle reason runtime_mode step_id tenant_id tool_name trace_id';
const WHERE_THEY_APPLY: typeof EVERY_EVENT = [
  ...TEXTS.split(' ').map((name): [string, (value: Json) => boolean] => [name, text(/^/)]),
  ['payload', isObject],
  ['provenance', isObject],
];

/** Step 3: the members have the form of the table. */
function checkForms(event: Record<string, Json>): void {
  const asked = [
    ...EVERY_EVENT,
    ...('trace_id' in event ? OF_A_TRACE : []),
    ...WHERE_THEY_APPLY.filter(([name]) => name in event),
  ];
  const wrong = asked.find(([name, isOfForm]) => !isOfForm(event[name] ?? null));
  if (wrong !== undefined) throw new Error(`${wrong[0]} is missing or of another form`);
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/**
 * The purge behind which a log begins; nothing where it begins at its beginning. Throws where files are missing (P1, P2
 * of the format).
 */
export function naivePurgeBefore(events: Record<string, Json>[]): Record<string, Json> | undefined {
  const [first] = events;
  if (first === undefined || first['sequence'] === 0) return undefined;
  if (first['event_type'] !== 'segment_opened') throw new Error('the first line opens no segment');
  const { offset } = first['payload'] as { offset: number };
  const found = events.find(({ event_type, payload }) => {
    const said = payload as { last: number; first: number; events: number; end_hash: string } & Place;
    return (
      event_type === 'segment_purged' &&
      said.last === Number(first['sequence']) - 1 &&
      said.events === said.last - said.first + 1 &&
      said.end_hash === first['prev_hash'] &&
      said.offset + said.bytes === offset
    );
  });
  if (found !== undefined) return found;
  throw new Error(`no event says that those before ${first['sequence']} were purged`);
}

type Place = { offset: number; bytes: number };

function checkLogChain(events: Record<string, Json>[]): void {
  const purge = naivePurgeBefore(events)?.['payload'] as
    | ({ last: number; end_hash: string } & Place)
    | undefined;
  const start = purge === undefined ? 0 : purge.last + 1;
  let previous = purge?.end_hash ?? ZEROS;
  let time = '';
  events.forEach((event, index) => {
    if (event['sequence'] !== start + index) throw new Error(`sequence at ${start + index}`);
    if (event['prev_hash'] !== previous) throw new Error(`prev_hash at ${index}`);
    if (String(event['timestamp']) < time) throw new Error(`time at ${index}`);
    if (event['sequence'] === 0 && event['event_type'] !== 'log_opened') throw new Error('no log_opened');
    previous = String(event['hash']);
    time = String(event['timestamp']);
  });
  checkOffsets(events, purge === undefined ? 0 : purge.offset + purge.bytes);
}

function checkOffsets(events: Record<string, Json>[], start: number): void {
  let offset = start;
  const [first] = events;
  const origin = (first?.['payload'] as { origin?: Json } | undefined)?.origin;
  for (const event of events) {
    const { offset: said, origin: of } = (event['payload'] ?? {}) as { offset?: number; origin?: Json };
    const opens = event['event_type'] === 'segment_opened' || event['event_type'] === 'log_opened';
    if (opens && of !== origin) throw new Error(`origin of event ${event['sequence']}`);
    if (event['event_type'] === 'log_opened' && event['sequence'] !== 0) throw new Error('opened twice');
    if (event['event_type'] === 'segment_opened' && said !== offset)
      throw new Error(`offset of event ${event['sequence']}`);
    offset += Buffer.byteLength(canonical(event)) + 1;
  }
}

function checkTraceChains(events: Record<string, Json>[]): void {
  const isCut = events[0] !== undefined && events[0]['sequence'] !== 0;
  const purges = events
    .filter((event) => event['event_type'] === 'segment_purged')
    .map((event) => ({
      at: Number(event['sequence']),
      last: Number((event['payload'] as { last: number }).last),
    }));
  for (const [trace, members] of Map.groupBy(events, (event) => event['trace_id'])) {
    if (trace === undefined) checkUntraced(members);
    else checkTrace(members, isCut, purges);
  }
}

function checkUntraced(events: Record<string, Json>[]): void {
  for (const event of events) {
    if ('trace_sequence' in event || 'trace_prev_hash' in event)
      throw new Error('trace members without trace');
  }
}

function checkTrace(
  events: Record<string, Json>[],
  isCut: boolean,
  purges: readonly { at: number; last: number }[],
): void {
  let [next, previous, before] = [0, ZEROS, -1];
  if (isCut)
    [next, previous] = [Number(events[0]?.['trace_sequence']), String(events[0]?.['trace_prev_hash'])];
  for (const event of events) {
    const at = Number(event['sequence']);
    const mayRestart = purges.some((purge) => purge.at < at && before >= 0 && before <= purge.last);
    if (mayRestart && event['trace_sequence'] === 0) [next, previous] = [0, ZEROS];
    if (event['trace_sequence'] !== next) throw new Error(`trace_sequence ${next} of ${event['trace_id']}`);
    if (event['trace_prev_hash'] !== previous)
      throw new Error(`trace_prev_hash ${next} of ${event['trace_id']}`);
    [next, previous, before] = [next + 1, String(event['hash']), at];
  }
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
