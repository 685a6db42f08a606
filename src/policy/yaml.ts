import {
  CORE_SCHEMA,
  constructFromEvents,
  defineMappingTag,
  type Event,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import type { JsonValue } from '../json/value.ts';
import { createLocator, type Locator } from './location.ts';
import type { Issue, PolicyProblem } from './problem.ts';
import { MAX_DEPTH, unsafeJson } from './safe-json.ts';
import { firstTag } from './yaml-tags.ts';

/** Largest policy file, in characters. */
export const MAX_FILE_LENGTH = 5 * 1024 * 1024;

/**
 * Mappings with text keys only. YAML would let `1:` and `true:` be keys; as text they would be other keys than
 * the author wrote, so they are refused.
 */
const textKeyedMap = defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (carrier, key, value) => {
    if (typeof key !== 'string') {
      return typeof key === 'object' && key !== null
        ? 'a key must be text'
        : `a key must be text: quote it ("${key}")`;
    }
    Object.defineProperty(carrier, key, { value, enumerable: true, configurable: true, writable: true });
    return '';
  },
  has: (carrier, key) => typeof key === 'string' && Object.hasOwn(carrier, key),
  keys: (result) => Object.keys(result),
  get: (result, key) => (typeof key === 'string' && Object.hasOwn(result, key) ? result[key] : undefined),
  identify: () => false,
});

const POLICY_YAML = CORE_SCHEMA.withTags(textKeyedMap);

/** What a text says, or why it cannot be used. */
export type ParsedYaml = { value: JsonValue; errors?: never } | { value?: never; errors: PolicyProblem[] };

/**
 * Reads one YAML 1.2 document (core schema: `no` is text, `0o17` is 15) as JSON.
 *
 * Refused, each with its place: what is no UTF-8, syntax errors, duplicate keys, more than one document, an empty text, aliases,
 * tags, keys that are not text, and everything `unsafeJson` names. `file` is only a name for
 * the problems; `see` gets what the text is made of. Never throws.
 */
export function parseYaml(
  file: string,
  text: string,
  see: (events: readonly Event[]) => void = () => {},
): ParsedYaml {
  if (text.length > MAX_FILE_LENGTH) {
    const message = `the file is longer than ${MAX_FILE_LENGTH} characters`;
    return { errors: [{ file, line: 1, column: 1, pointer: '', message }] };
  }
  const lost = text.indexOf(UNREADABLE);
  if (lost >= 0) return { errors: [unreadable(file, text, lost)] };
  let value: unknown;
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const tagged = firstTag(text, events);
    if (tagged !== undefined) return { errors: [tagProblem(file, tagged)] };
    value = onlyDocument(constructFromEvents(events, { source: text, schema: POLICY_YAML, maxAliases: 0 }));
    see(events);
  } catch (error) {
    return { errors: [syntaxProblem(file, text, error)] };
  }
  const issues = unsafeJson(value);
  if (issues.length > 0) return { errors: locateIssues(file, text, issues) };
  return { value: value as JsonValue };
}

/** Stands where bytes were no UTF-8: a name with it is another name, and nothing has it. */
const UNREADABLE = '\ufffd';

function unreadable(file: string, text: string, at: number): PolicyProblem {
  const before = text.slice(0, at).split('\n');
  const message = 'a character could not be read: save the file as UTF-8';
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1, pointer: '', message };
}

function onlyDocument(documents: readonly unknown[]): unknown {
  if (documents.length === 1) return documents[0];
  throw new YAMLException(
    documents.length === 0
      ? 'expected a document, but the input is empty'
      : 'expected a single document in the stream, but found more',
  );
}

/** Gives issues on the content of `text` their lines and columns, in the order of the file. */
export function locateIssues(
  file: string,
  text: string,
  issues: readonly Issue[],
  locator: Locator = createLocator(text),
): PolicyProblem[] {
  return issues
    .map((issue) => {
      const { inside, ...rest } = issue;
      const exact = inside === undefined ? undefined : locator.inside(issue.pointer, inside);
      const said = exact === undefined ? placeInWords(issue) : rest;
      return { file, ...(exact ?? locator.at(issue.pointer)), ...said };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** An issue that says itself which character is meant, for where no line and column can. */
export function placeInWords({ inside, ...issue }: Issue): Omit<Issue, 'inside'> {
  if (inside === undefined) return issue;
  return { ...issue, message: `${issue.message} (character ${inside.offset + 1} of the text)` };
}

function tagProblem(
  file: string,
  { tag, ...place }: NonNullable<ReturnType<typeof firstTag>>,
): PolicyProblem {
  const message = `tags (\`${tag}\`) are not supported: write the value as it is meant, in quotes where it is a text`;
  return { file, ...place, pointer: '', message };
}

function syntaxProblem(file: string, text: string, error: unknown): PolicyProblem {
  const isYaml = error instanceof YAMLException;
  const reason = isYaml ? error.reason : error instanceof Error ? error.message : 'the file cannot be read';
  const message = reason.includes('maxAliases')
    ? 'aliases (`*name`) are not supported: write the value out'
    : reason;
  if (reason.includes('single document')) return secondDocument(file, text, reason);
  const mark = isYaml ? error.mark : undefined;
  return { file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, pointer: '', message };
}

/** A line of `---` begins a document wherever it stands; the first may begin without one, after comments alone. */
function secondDocument(file: string, text: string, reason: string): PolicyProblem {
  const lines = text.split('\n');
  const begins = lines.flatMap((line, index) => (/^---(?:\s|$)/.test(line) ? [index] : []));
  const isBare = lines.slice(0, begins[0]).some((line) => !/^\s*(?:#|%|$)/.test(line));
  const line = begins[isBare ? 0 : 1] ?? 0;
  const message = `${reason}: a second one begins here`;
  return { file, line: line + 1, column: 1, pointer: '', message };
}
