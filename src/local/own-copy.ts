import { JsonError, parseStrictJson } from '../json/strict-json.ts';

/** As the largest body of the gateway's routes. */
const MAX_BYTES = 1_048_576;

/**
 * What was given as the JSON that it is, in a copy of its own: whoever gave it may change it while it is decided, and what
 * is decided must be what was inspected. Throws `JsonError` for what a gateway would not read: no JSON, more than 64
 * levels, lone surrogates, the name `__proto__`, more than 1 MiB.
 */
export function ownCopy(given: unknown): unknown {
  const bytes = Buffer.from(textOf(given));
  if (bytes.length > MAX_BYTES)
    throw new JsonError('', `it has ${bytes.length} bytes as JSON; ${MAX_BYTES} are read`);
  return parseStrictJson(bytes);
}

function textOf(given: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(given);
  } catch (cause) {
    throw new JsonError(
      '',
      `it has no form in JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  if (text === undefined) throw new JsonError('', 'it has no form in JSON');
  return text;
}
