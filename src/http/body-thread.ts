import { parentPort } from 'node:worker_threads';
import { canonicalHash } from '../json/canonical.ts';
import { JsonError, parseStrictJson } from '../json/strict-json.ts';
import type { JsonValue } from '../json/value.ts';
import { yieldToDecisions } from '../threads/yield-to-decisions.ts';

/** A body, by the number of the question. */
export type ToBodies = { id: number; bytes: Uint8Array };
/** What it says and its canonical hash, or why it is no JSON. */
export type FromBodies = { id: number } & (
  | { value: JsonValue; hash: string }
  | { refused: { pointer: string; message: string } }
);

const port = parentPort;
if (port !== null) {
  yieldToDecisions();
  port.on('message', ({ id, bytes }: ToBodies) => port.postMessage({ id, ...answerTo(bytes) }));
}

function answerTo(bytes: Uint8Array) {
  try {
    const value = parseStrictJson(bytes);
    return { value, hash: canonicalHash(value) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { pointer = '' } = error.errors[0] ?? {};
    return { refused: { pointer, message: error.message } };
  }
}
