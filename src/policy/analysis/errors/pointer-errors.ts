import { parsePointer } from '../../../json/pointer.ts';
import type { HistoryContent } from '../../history-schema.ts';
import type { Names } from '../../names-schema.ts';
import { obligationsOf } from '../../obligation-schema.ts';
import type { RuleContent } from '../../rule-schema.ts';
import { didYouMean } from '../../suggestion.ts';
import type { GrantShape, GrantShapes } from '../grant-shapes.ts';
import { type Lists, wayInto } from '../schema-bound.ts';
import { meaning, type RuleError } from './rule-error.ts';

/** A pointer that a rule writes down, and whose arguments it leads into. */
type Written = { pointer: string; members: readonly string[]; tools: Names | undefined; lists: Lists };

/**
 * Pointers that lead nowhere: none of the tools that are meant takes an argument of that name, by their schemas. Where one
 * of them may take it, or any argument, nothing is wrong.
 */
export function pointerErrors(rule: RuleContent, grants: GrantShapes): RuleError[] {
  const errors = [...pointersIn(rule)].flatMap((written) => pointerError(written, grants) ?? []);
  // What is asked of this step and of earlier ones is told once.
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}

function* pointersIn(rule: RuleContent): Generator<Written> {
  const tools = rule.match.tool_name;
  for (const part of ['args', 'taint'] as const) {
    const pointers = Object.keys(rule[part]).filter((pointer) => pointer !== '');
    yield* pointers.map((pointer) => ({
      pointer,
      members: [part, pointer],
      tools,
      lists: 'entered' as const,
    }));
  }
  for (const [index, entry] of (rule.history ?? []).entries())
    yield* pointersOfHistory(entry, ['history', String(index)], tools);
  yield* pointersOfObligations(rule);
}

/**
 * What is the same has to be an argument of this step and of those before. Nothing is known of steps that were blocked: their
 * arguments may have been the reason.
 */
function* pointersOfHistory(
  { new: fresh = [], same = [], tool_name: before, decision }: HistoryContent,
  at: readonly string[],
  now: Names | undefined,
): Generator<Written> {
  const asked = (name: string, pointer: string, tools: Names | undefined): Written => ({
    pointer,
    members: [...at, name, pointer],
    tools,
    lists: 'closed',
  });
  for (const pointer of same) yield asked('same', pointer, now);
  if (decision.includes('block')) return;
  for (const pointer of fresh) yield asked('new', pointer, before);
  for (const pointer of same) yield asked('same', pointer, before);
}

function* pointersOfObligations({ obligations, match }: RuleContent): Generator<Written> {
  for (const [index, content] of obligations.entries()) {
    for (const obligation of obligationsOf(content)) {
      if (!('path' in obligation)) continue;
      const [name = ''] = Object.keys(content);
      const members = ['obligations', String(index), name, ...(name === 'redact' ? [] : [obligation.path])];
      yield { pointer: obligation.path, members, tools: match.tool_name, lists: 'entered' };
    }
  }
}

function pointerError(
  { pointer, members, tools, lists }: Written,
  grants: GrantShapes,
): RuleError | undefined {
  const about = grants.ofNames(tools);
  const segments = parsePointer(pointer) ?? [];
  const ways: { depth: number; names: readonly string[] }[] = [];
  for (const { parameters } of about) {
    const way = wayInto(parameters, segments, lists);
    if (way === 'present') return undefined;
    ways.push(way);
  }
  const [first] = about;
  if (first === undefined) return undefined;
  const isThroughList = lists === 'closed' && wayInto(first.parameters, segments, 'entered') === 'present';
  return {
    members,
    message: isThroughList
      ? `${pointer} goes through a list, and \`history\` compares the value of one argument`
      : `${whoHas(about)} no argument ${pointer}`,
    ...(isThroughList ? {} : meaning(meantBy(segments, ways))),
  };
}

function whoHas(about: readonly GrantShape[]): string {
  const tools = [...new Set(about.map(({ tool }) => tool))];
  if (tools.length === 1) return `the tool ${tools[0]} has`;
  const named = tools.slice(0, 3).join(', ');
  return tools.length <= 3 ? `the tools ${named} have` : `none of ${tools.length} tools (${named}, …) has`;
}

/** The nearest name where the way that leads furthest ends. */
function meantBy(
  segments: readonly string[],
  ways: readonly { depth: number; names: readonly string[] }[],
): string | undefined {
  const depth = Math.max(...ways.map((way) => way.depth));
  const names = ways.filter((way) => way.depth === depth).flatMap((way) => way.names);
  const meant = didYouMean(segments[depth] ?? '', [...new Set(names)]);
  return meant === undefined ? undefined : [...segments.slice(0, depth), meant].join('.');
}
