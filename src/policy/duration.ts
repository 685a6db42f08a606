import { z } from 'zod';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Longest duration a policy may name: 30 days. */
export const MAX_DURATION_MS = 30 * 86_400_000;

/** Milliseconds of `90s`, `15m`, `2h`, `1d`; `undefined` for anything else, for zero and for more than 30 days. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,8})([smhd])$/.exec(text);
  const unit = UNITS.find(([name]) => name === parts?.[2]);
  if (parts === null || unit === undefined) return undefined;
  const ms = Number(parts[1]) * unit[1];
  return ms >= 1000 && ms <= MAX_DURATION_MS ? ms : undefined;
}

/** The one way to write a duration: in the largest unit that needs no fraction. `ms` MUST be whole seconds. */
export function formatDuration(ms: number): string {
  const [name, size] = UNITS.find(([, unitMs]) => ms % unitMs === 0) ?? UNITS[3];
  return `${ms / size}${name}`;
}

/** A duration as files have it, in its one form: `90s`, `15m`, `2h`, `7d`. */
export const durationSchema = z.string().transform((given, context) => {
  const ms = parseDuration(given);
  if (ms !== undefined) return formatDuration(ms);
  context.addIssue({ code: 'custom', message: 'not a duration: write 90s, 15m, 2h or 7d (at most 30d)' });
  return z.NEVER;
});
