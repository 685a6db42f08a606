import { hash as digest } from 'node:crypto';
import { SCHEMA_VERSION as SCHEMA_VERSION_TEXT } from './event.ts';
import type { ChainLink } from './event-check.ts';
import { MAX_LINE_BYTES } from './event-line.ts';
import {
  at,
  begin,
  bytes,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  count,
  isPlain,
  OPEN_OBJECT,
  object,
  QUOTE,
  step,
  string,
} from './json-walk.ts';
import { isRecordedTime } from './recorded-time.ts';

/*
 * The fast way to check a line: one walk over its bytes, which accepts what is certainly a canonical event with its own
 * hash. Whatever is wrong, or only unusual, is left to `checkLine`, which is the rule and names the fault. A test holds
 * the two together.
 */

/** Members that an event may have, in their order, with what their value begins with. */
const TEXT = QUOTE;
const OBJECT = OPEN_OBJECT;
const COUNT = 0;
const MEMBERS = (
  [
    ['agent_id', TEXT],
    ['agent_name', TEXT],
    ['agent_type', TEXT],
    ['budget_context', TEXT],
    ['control', TEXT],
    ['decision', TEXT],
    ['decision_stage', TEXT],
    ['event_id', TEXT],
    ['event_type', TEXT],
    ['execution_plan_id', TEXT],
    ['hash', TEXT],
    ['payload', OBJECT],
    ['policy_bundle', TEXT],
    ['prev_hash', TEXT],
    ['provenance', OBJECT],
    ['reason', TEXT],
    ['runtime_mode', TEXT],
    ['schema_version', TEXT],
    ['sequence', COUNT],
    ['step_id', TEXT],
    ['tenant_id', TEXT],
    ['timestamp', TEXT],
    ['tool_name', TEXT],
    ['trace_id', TEXT],
    ['trace_prev_hash', TEXT],
    ['trace_sequence', COUNT],
  ] as const
).map(([name, first]) => ({ name, key: Buffer.from(name), first }));
type MemberName = (typeof MEMBERS)[number]['name'];

export const indexOf = (name: MemberName): number => MEMBERS.findIndex((member) => member.name === name);
const EVENT_ID = indexOf('event_id');
const EVENT_TYPE = indexOf('event_type');
const HASH = indexOf('hash');
const PAYLOAD = indexOf('payload');
const PREV_HASH = indexOf('prev_hash');
const SCHEMA_VERSION = indexOf('schema_version');
const SEQUENCE = indexOf('sequence');
const TENANT_ID = indexOf('tenant_id');
const TIMESTAMP = indexOf('timestamp');
const TRACE_ID = indexOf('trace_id');
const TRACE_PREV_HASH = indexOf('trace_prev_hash');
const TRACE_SEQUENCE = indexOf('trace_sequence');

/** Where the value of each member of the line scanned last begins and ends, without quotes; 0 and 0 where it is absent. */
export const starts = new Int32Array(MEMBERS.length);
export const ends = new Int32Array(MEMBERS.length);
/** Where the member `hash` begins, and where the one after it does. */
let hashStart = 0;
let hashEnd = 0;

const HASH_MEMBER_BYTES = '"hash":"sha256:",'.length + 64;
const unhashed = Buffer.alloc(MAX_LINE_BYTES);

const HASH_START = Buffer.from('sha256:');
const KNOWN_VERSION = Buffer.from(SCHEMA_VERSION_TEXT);
const EVENT_TYPE_FORM = /^[a-z_]+$/;
/** Events that say something of the log itself are read in full. */
const OWN_EVENTS = new Set([
  'log_opened',
  'segment_opened',
  'segment_purged',
  'log_key_announced',
  'key_rotated',
]);

/** What the chains need of a line that holds by itself; `undefined` where the slow way has to look at it. */
export function scanLine(raw: Buffer): ChainLink | undefined {
  if (raw.length > MAX_LINE_BYTES || !begin(raw) || !event() || at !== raw.length) return undefined;
  return linkOf();
}

function linkOf(): ChainLink | undefined {
  const event_type = ascii(EVENT_TYPE);
  const timestamp = ascii(TIMESTAMP);
  const hash = ascii(HASH);
  const isWhole =
    isMember(SCHEMA_VERSION, KNOWN_VERSION) &&
    isUuidV7(starts[EVENT_ID] ?? 0, ends[EVENT_ID] ?? 0) &&
    EVENT_TYPE_FORM.test(event_type) &&
    isTimestamp(timestamp) &&
    isHash(PREV_HASH) &&
    !OWN_EVENTS.has(event_type) &&
    !isBlobReference() &&
    hash === hashOfLine();
  if (!isWhole) return undefined;
  const link: ChainLink = {
    event_type,
    timestamp,
    hash,
    sequence: Number(ascii(SEQUENCE)),
    prev_hash: ascii(PREV_HASH),
  };
  return withTrace(link);
}

/** The `event_id` of the line that was scanned last. */
export function scannedEventId(): string {
  return ascii(EVENT_ID);
}

/** The `tenant_id` of the line that was scanned last, as its bytes are between the quotes; `undefined` where it has none. */
export function scannedTenantId(): string | undefined {
  return ends[TENANT_ID] === 0 ? undefined : ascii(TENANT_ID);
}

/** The three members of a trace come together, or not at all. */
function withTrace(link: ChainLink): ChainLink | undefined {
  const present =
    Number(ends[TRACE_ID] !== 0) + Number(ends[TRACE_PREV_HASH] !== 0) + Number(ends[TRACE_SEQUENCE] !== 0);
  if (present === 0) return link;
  if (present < 3 || !isHash(TRACE_PREV_HASH)) return undefined;
  link.trace_id = ascii(TRACE_ID);
  link.trace_prev_hash = ascii(TRACE_PREV_HASH);
  link.trace_sequence = Number(ascii(TRACE_SEQUENCE));
  return link;
}

function ascii(member: number): string {
  return bytes.toString('latin1', starts[member], ends[member]);
}

function isMember(member: number, expected: Buffer): boolean {
  const start = starts[member] ?? 0;
  return (ends[member] ?? 0) - start === expected.length && isAt(expected, start);
}

/** Lower case, version 7, variant 10 (RFC 9562). */
function isUuidV7(start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let index = 0; index < 36; index += 1) {
    const byte = bytes[start + index] ?? 0;
    const isDash = index === 8 || index === 13 || index === 18 || index === 23;
    if (isDash ? byte !== 0x2d : !isHexDigit(byte)) return false;
  }
  const variant = bytes[start + 19] ?? 0;
  return (
    bytes[start + 14] === 0x37 &&
    (variant === 0x38 || variant === 0x39 || variant === 0x61 || variant === 0x62)
  );
}

/** `sha256:` and 64 digits. */
function isHash(member: number): boolean {
  const start = starts[member] ?? 0;
  if ((ends[member] ?? 0) - start !== HASH_START.length + 64 || !isAt(HASH_START, start)) return false;
  for (let index = 0; index < 64; index += 1)
    if (!isHexDigit(bytes[start + HASH_START.length + index] ?? 0)) return false;
  return true;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

/** Many lines in a row have one time. */
let lastTimestamp = '';

function isTimestamp(text: string): boolean {
  if (text === lastTimestamp) return true;
  if (!isRecordedTime(text)) return false;
  lastTimestamp = text;
  return true;
}

function isBlobReference(): boolean {
  return (
    ends[PAYLOAD] !== 0 &&
    bytes.toString('latin1', starts[PAYLOAD], (starts[PAYLOAD] ?? 0) + 8) === '{"blob":'
  );
}

function hashOfLine(): string {
  if (hashEnd - hashStart !== HASH_MEMBER_BYTES) return '';
  bytes.copy(unhashed, 0, 0, hashStart);
  bytes.copy(unhashed, hashStart, hashEnd);
  return `sha256:${digest('sha256', unhashed.subarray(0, bytes.length - HASH_MEMBER_BYTES), 'hex')}`;
}

/** The object that the line is: known members in their order, each of its kind. */
function event(): boolean {
  starts.fill(0);
  ends.fill(0);
  if (bytes[at] !== OPEN_OBJECT) return false;
  let member = -1;
  do {
    step();
    member = nextMember(member + 1);
    if (member < 0) return false;
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE_OBJECT) return false;
  step();
  return ends[HASH] !== 0 && ends[SEQUENCE] !== 0 && ends[PREV_HASH] !== 0 && ends[EVENT_TYPE] !== 0;
}

/** Takes name and value of one member, none of those before `from`; −1 where it is none. */
function nextMember(from: number): number {
  const start = at;
  if (bytes[at] !== QUOTE || !string()) return -1;
  const member = memberAt(start + 1, at - 1, from);
  if (member < 0 || bytes[at] !== COLON) return -1;
  step();
  if (!memberValue(member)) return -1;
  if (member === HASH) {
    hashStart = start;
    hashEnd = at + 1;
  }
  return member;
}

/** The member whose name stands from `start` to `end`, no earlier than `from`; −1 where there is none. */
function memberAt(start: number, end: number, from: number): number {
  const length = end - start;
  for (let index = from; index < MEMBERS.length; index += 1) {
    const key = MEMBERS[index]?.key;
    if (key !== undefined && key.length === length && isAt(key, start)) return index;
  }
  return -1;
}

function isAt(key: Buffer, start: number): boolean {
  for (let index = 0; index < key.length; index += 1) if (bytes[start + index] !== key[index]) return false;
  return true;
}

function memberValue(member: number): boolean {
  const first = MEMBERS[member]?.first;
  const start = at;
  if (first === TEXT) {
    if (bytes[at] !== QUOTE || !string()) return false;
    starts[member] = start + 1;
    ends[member] = at - 1;
    // Its value is compared as text, and only plain text stands as it is.
    return isPlain || member !== TRACE_ID;
  }
  if (first === OBJECT ? bytes[at] !== OPEN_OBJECT || !object(1) : !count()) return false;
  starts[member] = start;
  ends[member] = at;
  return true;
}
