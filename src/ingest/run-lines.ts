import { z } from 'zod';
import { AuditLineError } from '../audit/audit-error.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { canonicalHash, sha256 } from '../json/canonical.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import type { JsonObject } from '../json/value.ts';
import { refused } from './run-check.ts';
import { type HeadLine, headLineSchema } from './run-head.ts';

const hashSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const blobSchema = z.strictObject({ blob: hashSchema, text: z.string() });
const policySchema = z.strictObject({ policy: hashSchema, content: z.record(z.string(), z.unknown()) });

/** A line of a run: an event as it stands in the log, or what belongs to the log beside its events. */
export type RunLine =
  | { kind: 'event' }
  | { kind: 'blob'; hash: string; text: string }
  | { kind: 'policy'; version: string; content: JsonObject }
  | { kind: 'head'; head: HeadLine };

/** No event begins with one of these members. */
const OTHERS: readonly [Buffer, (value: unknown) => RunLine][] = [
  [Buffer.from('{"blob":'), readBlob],
  [Buffer.from('{"policy":'), readPolicy],
  [Buffer.from('{"checkpoint":'), (value) => ({ kind: 'head', head: headLineSchema.parse(value) })],
];

/** What a line is; one of an event is not looked at. Throws `RefusedRun` for one of the others that does not hold. */
export function readRunLine(raw: Buffer, place: string): RunLine {
  const other = OTHERS.find(([start]) => raw.subarray(0, start.length).equals(start));
  if (other === undefined) return { kind: 'event' };
  try {
    return other[1](parseStrictJson(Buffer.from(decodeLine(raw))));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof AuditLineError || error instanceof SyntaxError)
      throw refused('malformed_line', undefined, `${place} is none that can stand here`);
    throw Object(error).code === 'invalid_json'
      ? refused('malformed_line', undefined, `${place} is not JSON that means one thing`)
      : error;
  }
}

function readBlob(value: unknown): RunLine {
  const { blob, text } = blobSchema.parse(value);
  if (sha256(text) !== blob) throw refused('blob_mismatch', undefined, `${blob} is not the hash of its text`);
  return { kind: 'blob', hash: blob, text };
}

function readPolicy(value: unknown): RunLine {
  const { policy, content } = policySchema.parse(value);
  if (canonicalHash(content) !== policy)
    throw refused('policy_mismatch', undefined, `${policy} is not the hash of its content`);
  return { kind: 'policy', version: policy, content: content as JsonObject };
}
