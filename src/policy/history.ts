import { canonicalHash, canonicalJson, sha256 } from '../json/canonical.ts';
import { isAtOrBelow, parsePointer, valueAt } from '../json/pointer.ts';
import type { Condition } from './condition.ts';
import { parseDuration } from './duration.ts';
import { type HistoryContent, LONGEST_WINDOW, MAX_COUNT, type QueryContent } from './history-schema.ts';
import { compileNames } from './match-conditions.ts';
import type { HistoryCount, HistoryQuery, HistorySubject, PastStep } from './past.ts';
import { isDoubt, type Truth } from './truth.ts';

/** Compiles what is counted. */
export function compileQuery({
  within,
  window,
  decision,
  same,
  new: fresh,
  ...asked
}: QueryContent): HistoryQuery {
  const content: QueryContent = {
    ...{ within, window, ...asked, decision },
    ...(same === undefined ? {} : { same }),
    ...(fresh === undefined ? {} : { new: fresh }),
  };
  const query: HistoryQuery = {
    key: canonicalHash(content).slice('sha256:'.length, 'sha256:'.length + 32),
    content,
    window_ms: parseDuration(window) ?? 0,
    same: same ?? [],
    new: fresh ?? [],
    decisions: decision,
    test: compileTest(asked),
  };
  if (fresh !== undefined)
    query.seenBefore = compileQuery({ within, window: LONGEST_WINDOW, ...asked, decision, same: fresh });
  return query;
}

function compileTest({
  tool_name,
  capability,
  sensitivity_level,
  lowest_trust,
}: Pick<
  QueryContent,
  'tool_name' | 'capability' | 'sensitivity_level' | 'lowest_trust'
>): HistoryQuery['test'] {
  const tests: ((step: PastStep) => Truth)[] = [];
  if (tool_name !== undefined) {
    const isAsked = compileNames(tool_name);
    tests.push((step) => isAsked(step.tool_name));
  }
  if (capability !== undefined) {
    const isAsked = compileNames(capability);
    tests.push((step) => (step.capability === undefined ? NOT_KNOWN : isAsked(step.capability)));
  }
  if (sensitivity_level !== undefined) tests.push(isOneOf('sensitivity_level', sensitivity_level));
  if (lowest_trust !== undefined) tests.push(isOneOf('lowest_trust', lowest_trust));
  return (step) => {
    let rest: Truth = true;
    for (const test of tests) {
      const truth = test(step);
      if (truth === false) return false;
      if (isDoubt(truth)) rest = truth;
    }
    return rest;
  };
}

const NOT_KNOWN = { doubt: 'what is asked of an earlier step is not known' };

function isOneOf(attribute: 'sensitivity_level' | 'lowest_trust', levels: readonly string[]) {
  return (step: PastStep): Truth => {
    const level = step[attribute];
    return level === undefined ? NOT_KNOWN : levels.includes(level);
  };
}

/** What a step has at some arguments, as one text for all of them, or why nobody can say. */
export type ArgumentValues =
  | { text: string; missing?: never; unknown?: never }
  | { text?: never; missing: string; unknown?: never }
  | { text?: never; missing?: never; unknown: string };

/** The values at `pointers`. An argument that is not there wins over one that is not known. */
export function valuesAt(
  pointers: readonly string[],
  { arguments: args, unknown_pointers }: Pick<PastStep, 'arguments' | 'unknown_pointers'>,
): ArgumentValues {
  if (pointers.length === 0) return { text: '' };
  const isUnknown = (pointer: string) =>
    unknown_pointers.some((place) => isAtOrBelow(pointer, place) || isAtOrBelow(place, pointer));
  const values = pointers.map((pointer) => valueAt(args, parsePointer(pointer) ?? []));
  const missing = pointers.find((pointer, index) => values[index] === undefined && !isUnknown(pointer));
  if (missing !== undefined) return { missing };
  const unknown = pointers.find(isUnknown);
  return unknown === undefined ? { text: canonicalJson(values) } : { unknown };
}

/** Whose past it is, as one text; nothing where the plan names no session and the question is about one. */
export function scopeOf({ content }: HistoryQuery, subject: HistorySubject): string | undefined {
  const id = {
    trace: subject.trace_id,
    session: subject.session_id,
    agent: subject.agent_id,
    tenant: '',
  }[content.within];
  return id === undefined ? undefined : JSON.stringify([subject.tenant_id, id]);
}

/** Names what is counted together; the values themselves cannot be read from it. */
export function countKey(scope: string, text: string): string {
  return sha256(`${scope}\n${text}`).slice('sha256:'.length, 'sha256:'.length + 32);
}

/** A rule's conditions on the past. */
export function historyConditions(
  history: readonly { query: HistoryQuery; count: HistoryContent['count'] }[],
): Condition[] {
  return history.map(({ query, count }) => ({
    label: labelOf(query, count),
    test: (step) => {
      const values = valuesAt(query.same, step);
      if (values.missing !== undefined) return { doubt: `the argument ${values.missing} is missing` };
      if (values.unknown !== undefined)
        return { doubt: `${values.unknown} comes from another step and is not known yet` };
      const counted = step.historyOf?.(query);
      return counted === undefined ? UNCOUNTED : compare(counted, count);
    },
    seen: (step) => describeCount(step.historyOf?.(query)),
  }));
}

const UNCOUNTED = { doubt: 'how often that was is not known' };

/** Holds a count against its bounds; where the answer depends on what is not sure, nobody can tell. */
function compare(counted: HistoryCount, { gte = 0, lte = MAX_COUNT }: HistoryContent['count']): Truth {
  if (counted.least >= gte && counted.most <= lte) return true;
  if (counted.most < gte || counted.least > lte) return false;
  return { doubt: describeCount(counted) };
}

function describeCount(counted: HistoryCount | undefined): string {
  if (counted === undefined) return 'how often that was is not known';
  const { least, most } = counted;
  const words = (count: number) => (count === MAX_COUNT ? `${count} or more` : String(count));
  return least === most ? `it was ${words(least)}` : `it was ${least} at least and ${words(most)} at most`;
}

function labelOf({ content, same, new: fresh }: HistoryQuery, { gte, lte }: HistoryContent['count']): string {
  const { within, window, decision, tool_name, capability, sensitivity_level, lowest_trust } = content;
  const named = (names: typeof tool_name) =>
    Array.isArray(names) ? names : ['not', ...(names?.not_in ?? [])];
  const words = [
    `history.${within} ${window}`,
    ...(tool_name === undefined ? [] : [`tool_name ${named(tool_name).join(', ')}`]),
    ...(capability === undefined ? [] : [`capability ${named(capability).join(', ')}`]),
    ...(sensitivity_level === undefined ? [] : [`sensitivity_level ${sensitivity_level.join(', ')}`]),
    ...(lowest_trust === undefined ? [] : [`lowest_trust ${lowest_trust.join(', ')}`]),
    ...(decision.join() === 'allow' ? [] : [`decision ${decision.join(', ')}`]),
    ...(same.length === 0 ? [] : [`same ${same.join(', ')}`]),
    ...(fresh.length === 0 ? [] : [`new ${fresh.join(', ')}`]),
  ].join(' ');
  const bounds = [...(gte === undefined ? [] : [`gte ${gte}`]), ...(lte === undefined ? [] : [`lte ${lte}`])];
  return `${words.length <= 160 ? words : `${words.slice(0, 157)}...`} count ${bounds.join(' and ')}`;
}
