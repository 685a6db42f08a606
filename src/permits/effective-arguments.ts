import { parsePointer } from '../json/pointer.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Obligation } from '../policy/bundle.ts';

/** Stands in the arguments in place of what an obligation redacts. */
export const REDACTED_ARGUMENT = '[redacted]';

/**
 * The arguments as the step may run with them: those of the plan, with its obligations met. What an obligation
 * points at and is not there stays absent; a cap changes numbers above it and nothing else. The input is not changed.
 */
export function effectiveArguments(args: JsonObject, obligations: readonly Obligation[]): JsonObject {
  if (obligations.length === 0) return args;
  const effective = structuredClone(args);
  for (const obligation of obligations) {
    const path = parsePointer(obligation.path);
    if (path !== undefined) replaceAt(effective, path, (value) => met(obligation, value));
  }
  return effective;
}

function met(obligation: Obligation, value: JsonValue): JsonValue {
  if (obligation.type === 'redact_argument') return REDACTED_ARGUMENT;
  return typeof value === 'number' && value > obligation.max ? obligation.max : value;
}

function replaceAt(root: JsonObject, path: readonly string[], change: (value: JsonValue) => JsonValue): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let parent: unknown = root;
  for (const segment of path.slice(0, -1)) parent = ownMember(parent, segment);
  const value = ownMember(parent, last);
  if (value === undefined) return;
  (parent as Record<string, JsonValue>)[last] = change(value as JsonValue);
}

/** Own members only, so that a path never reaches a prototype. */
function ownMember(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
