import { Duration, Timestamp } from './value.ts';

const SECOND = 1_000_000_000n;
/** From the year 1 to the end of the year 9999. */
const FIRST = -62_135_596_800n * SECOND;
const LAST = 253_402_300_800n * SECOND - 1n;
const LONGEST = 2n ** 63n - 1n;

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** The point in time a text of RFC 3339 names; `undefined` where it names none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return undefined;
  const offset = zoneOffset(parts[8], parts[9], parts[10]);
  if (offset === undefined) return undefined;
  const fraction = BigInt((parts[7] ?? '').padEnd(9, '0'));
  return timestampAt(BigInt(date.getTime()) * 1_000_000n + fraction - BigInt(offset) * SECOND);
}

/** Seconds east of UTC. */
function zoneOffset(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -seconds : seconds;
}

/** The seconds a zone lies east of UTC: `UTC`, `+02:00`, `-05:30`; `undefined` for every other zone. */
export function parseZone(zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const parts = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  return parts === null ? undefined : zoneOffset(parts[1], parts[2], parts[3]);
}

/** `undefined` outside the years 1 to 9999. */
export function timestampAt(ns: bigint): Timestamp | undefined {
  return ns < FIRST || ns > LAST ? undefined : new Timestamp(ns);
}

/** `undefined` beyond 292 years, where 64 bits of nanoseconds end. */
export function durationOf(ns: bigint): Duration | undefined {
  return ns < -LONGEST - 1n || ns > LONGEST ? undefined : new Duration(ns);
}

const UNITS: Record<string, bigint> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};

/** A duration as CEL writes it: `90s`, `1h30m`, `-1.5s`; `undefined` for any other text. */
export function parseDurationText(text: string): Duration | undefined {
  if (!/^-?(\d{1,20}(\.\d{1,9})?(h|ms|m|s|us|ns))+$/.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = '0', fraction = '', unit = 's'] of text.matchAll(/(\d+)(?:\.(\d+))?([a-z]+)/g)) {
    const size = UNITS[unit] ?? 0n;
    total += BigInt(whole) * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
  }
  return durationOf(text.startsWith('-') ? -total : total);
}

/** Rounds down, also below zero. */
function floorDivide(a: bigint, b: bigint): bigint {
  return a >= 0n || a % b === 0n ? a / b : a / b - 1n;
}

const DAY_MS = 86_400_000;

/** From 0 for the first of January. */
function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear());
  return Math.floor((date.getTime() - start.getTime()) / DAY_MS);
}

/** What a calendar says of a point in time in a zone, by the names CEL has for it. */
export const CALENDAR: Record<string, (date: Date) => number> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** The point in time as a date whose UTC fields are those of the zone. */
export function dateIn({ ns }: Timestamp, offsetSeconds: number): Date {
  return new Date(Number(floorDivide(ns, 1_000_000n)) + offsetSeconds * 1000);
}

/** The whole of a duration in a unit; milliseconds are those within the second. */
export const SPANS: Record<string, (duration: Duration) => bigint> = {
  getHours: ({ ns }) => ns / (3600n * SECOND),
  getMinutes: ({ ns }) => ns / (60n * SECOND),
  getSeconds: ({ ns }) => ns / SECOND,
  getMilliseconds: ({ ns }) => (ns % SECOND) / 1_000_000n,
};
