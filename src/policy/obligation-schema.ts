import { z } from 'zod';
import { parsePointer } from '../json/pointer.ts';
import type { JsonValue } from '../json/value.ts';
import type { Obligation } from './bundle.ts';
import { durationSchema, parseDuration } from './duration.ts';

const pointer = z
  .string()
  .max(500)
  .regex(/^(\/([^~/]|~[01])*)+$/, 'not a JSON pointer into the arguments: write `/body`');

const settablePointer = pointer.refine(
  (path) => parsePointer(path)?.includes('__proto__') !== true,
  'the name `__proto__` is not allowed',
);

function isNotEmpty(given: object): boolean {
  return Object.keys(given).length > 0;
}

const setValue = z
  .unknown()
  .refine((value) => !holdsReference(value), 'a rule sets a value: the output of a step (`$from`) is none');

function holdsReference(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.hasOwn(value, '$from') || Object.values(value).some(holdsReference);
}

const channel = z
  .string()
  .max(128)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'a channel is a name such as `security-oncall`');

/** What a rule asks for besides its action, as it stands in a file. */
export const obligationSchema = z.union([
  z.strictObject({ redact: pointer }),
  z.strictObject({ cap: z.record(pointer, z.number()).refine(isNotEmpty, 'caps nothing') }),
  z.strictObject({ set: z.record(settablePointer, setValue).refine(isNotEmpty, 'sets nothing') }),
  z.strictObject({
    notify: z
      .union([channel, z.array(channel).min(1).max(100)])
      .transform((given) => [...new Set([given].flat())].sort()),
  }),
  z.strictObject({ ttl: durationSchema }),
  z.strictObject({ max_uses: z.int().min(1).max(1_000_000) }),
]);
export type ObligationContent = z.output<typeof obligationSchema>;

/** The obligations that one entry of a file stands for. */
export function obligationsOf(content: ObligationContent): Obligation[] {
  if ('redact' in content) return [{ type: 'redact_argument', path: content.redact }];
  if ('cap' in content)
    return Object.entries(content.cap).map(([path, max]) => ({ type: 'cap_argument', path, max }));
  if ('set' in content) {
    const values = Object.entries(content.set) as [string, JsonValue][];
    return values.map(([path, value]) => ({ type: 'set_argument', path, value }));
  }
  if ('notify' in content) return [{ type: 'notify', channels: content.notify }];
  if ('ttl' in content) return [{ type: 'permit_ttl', seconds: (parseDuration(content.ttl) ?? 0) / 1000 }];
  return [{ type: 'permit_max_uses', uses: content.max_uses }];
}

/** Whether an entry asks for something that only a step that runs can have. */
export function needsRun(content: ObligationContent): boolean {
  return !('notify' in content);
}
