import type { JsonObject, JsonValue } from '../json/value.ts';
import { createLocator } from './location.ts';
import type { Issue, PolicyProblem } from './problem.ts';
import { ruleLines } from './rule-lines.ts';
import { createRuleLocator } from './rule-locator.ts';
import { locateIssues, MAX_FILE_LENGTH, type ParsedYaml, parseYaml } from './yaml.ts';

/** A text, what it says, and the lines on which its rules begin; the last one is that of what follows them. */
type Known = { text: string; value: JsonObject; rules: JsonValue[]; lines: readonly number[] };

/**
 * The texts of files as they were read last, for whoever reads one set after another: where a text differs in some items
 * of its `rules`, only those are read, and the others are the same objects again. Changes no result.
 */
export class YamlMemo {
  readonly #known = new Map<string, Known>();

  /** As `parseYaml`. */
  parse(file: string, text: string): ParsedYaml {
    const before = this.#known.get(file);
    if (before?.text === text) return { value: before.value };
    const again = before && reread(before, text);
    if (again !== undefined) return this.#keep(file, again);
    let lines: number[] | undefined;
    const read = parseYaml(file, text, (events) => {
      lines = ruleLines(text, events);
    });
    const rules = rulesIn(read.value);
    if (lines !== undefined && rules?.length === lines.length - 1)
      return this.#keep(file, { text, value: read.value as JsonObject, rules, lines });
    this.#known.delete(file);
    return read;
  }

  /** As `locateIssues`. */
  locate(file: string, text: string, issues: readonly Issue[]): PolicyProblem[] {
    const known = this.#known.get(file);
    const locator = known?.text === text ? createRuleLocator(known) : createLocator(text);
    return locateIssues(file, text, issues, locator);
  }

  /** Forgets all files but these. */
  keepOnly(files: readonly string[]): void {
    for (const file of this.#known.keys()) if (!files.includes(file)) this.#known.delete(file);
  }

  #keep(file: string, known: Known): ParsedYaml {
    this.#known.set(file, known);
    return { value: known.value };
  }
}

function rulesIn(value: JsonValue | undefined): JsonValue[] | undefined {
  const { rules } = (value ?? {}) as JsonObject;
  return Array.isArray(rules) ? rules : undefined;
}

/** What begins or ends a document and not a rule. */
const MARKER = /^(?:---|\.\.\.)/m;

/**
 * Reads what lies between the first and the last change, whole items of `rules`, by itself. A parser comes to the first of
 * them in the same state as before, and where it takes them and nothing else, it comes to what follows in that state as
 * well; so all else says what it said. Nothing where the change is not of that kind, or anything is wrong.
 */
function reread(before: Known, text: string): Known | undefined {
  const { lines } = before;
  const region = changedItems(before, text);
  if (region === undefined || text.length > MAX_FILE_LENGTH) return undefined;
  const { first, end } = region;
  const [from, to] = [lines[first] as number, text.length - before.text.length + (lines[end] as number)];
  const part = text.slice(from, to);
  if (MARKER.test(part) || (to < text.length && !part.endsWith('\n'))) return undefined;
  const alone = `${HEAD}${part}`;
  let found: number[] | undefined;
  const { value } = parseYaml('', alone, (events) => {
    found = ruleLines(alone, events);
  });
  const items = rulesIn(value);
  if (items === undefined || Object.keys(value as object).length !== 1 || found?.length !== items.length + 1)
    return undefined;
  const rules = before.rules.toSpliced(first, end - first, ...items);
  return {
    text,
    value: { ...before.value, rules },
    rules,
    lines: [
      ...lines.slice(0, first),
      ...found.slice(0, -1).map((line) => line - HEAD.length + from),
      ...lines.slice(end).map((line) => line + text.length - before.text.length),
    ],
  };
}

const HEAD = 'rules:\n';

/** The items from the first change to the last: what stands before them and after them is as it was. */
function changedItems(
  { text: before, lines }: Known,
  text: string,
): { first: number; end: number } | undefined {
  const shorter = Math.min(before.length, text.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let same = 0;
  const longest = shorter - start;
  while (
    same < longest &&
    before.charCodeAt(before.length - 1 - same) === text.charCodeAt(text.length - 1 - same)
  )
    same += 1;
  // The beginning of the first one, with its dash, has to be as it was: it ends what stands before.
  const first = lines.findLastIndex(
    (line, index) => index < lines.length - 1 && dashEnd(before, line) < start,
  );
  const end = lines.findIndex((line, index) => index > first && line >= before.length - same);
  return first < 0 || end < 0 ? undefined : { first, end };
}

/** The character after the dash of the item that begins on a line. */
function dashEnd(text: string, line: number): number {
  return text.indexOf('-', line) + 1;
}
