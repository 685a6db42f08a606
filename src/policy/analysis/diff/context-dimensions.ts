import { compileQuery } from '../../history.ts';
import { MAX_COUNT } from '../../history-schema.ts';
import type { RuleContent } from '../../rule-schema.ts';
import type { Dimension, Surroundings } from './dimension.ts';
import { countsAround, literalsOf, timesAround } from './literals.ts';
import type { OtherStep, TriedStep } from './tried-step.ts';

/** Counts at and around those that rules ask of the past, for each question. */
export function historyDimensions(rules: readonly RuleContent[]): Dimension[] {
  const counts = new Map<string, Set<number>>();
  for (const { count, ...asked } of rules.flatMap(({ history = [] }) => history)) {
    const { key } = compileQuery(asked);
    const limits = [count.gte, count.lte].filter((limit) => limit !== undefined);
    const near = limits.flatMap((limit) => [limit - 1, limit, limit + 1]);
    counts.set(key, new Set([...(counts.get(key) ?? [0]), ...near]));
  }
  return [...counts].map(([key, near]) => ({
    name: `history.${key}`,
    changes: [...near]
      .filter((count) => count >= 0 && count <= MAX_COUNT)
      .map((count) => (step: TriedStep) => ({ ...step, history: { ...step.history, [key]: count } })),
    isComplete: false,
  }));
}

export function timeDimension(expressions: readonly string[]): Dimension[] {
  const times = expressions
    .filter((text) => /\bnow\b/.test(text))
    .flatMap((text) => timesAround(literalsOf(text)));
  if (times.length === 0) return [];
  const changes = [...new Set(times)].map((now) => (step: TriedStep) => ({ ...step, now }));
  return [{ name: 'now', changes: [(step) => step, ...changes], isComplete: false }];
}

/** Steps beside the one that is tried, of each kind at most. */
const MAX_OTHERS = 12;

/** How many steps like it the plan has, and which other step stands beside it or flows into it. */
export function planDimensions(rules: readonly RuleContent[], { others, givers }: Surroundings): Dimension[] {
  const speaking = rules.flatMap(({ when = '' }) => (/\bplan\b/.test(when) ? [when] : []));
  const counts = [...new Set(speaking.flatMap((text) => countsAround(literalsOf(text))))];
  const named = new Set(speaking.flatMap((text) => literalsOf(text).texts));
  const near = others.filter(({ tool_name }) => named.has(tool_name)).slice(0, MAX_OTHERS);
  const tainted = [...new Set(rules.flatMap(({ taint }) => Object.keys(taint)))].filter(
    (pointer) => pointer !== '',
  );
  const flowing = [
    ...givers
      .slice(0, MAX_OTHERS)
      .flatMap((giver) => intoEach(giver, tainted.length > 0 ? tainted : ['/note'])),
    ...(tainted.length === 0 ? [] : others.slice(0, MAX_OTHERS).flatMap((giver) => intoEach(giver, tainted))),
  ];
  const found: Dimension[] = [];
  if (speaking.length > 0)
    found.push({
      name: 'copies',
      changes: [(step) => step, ...counts.map((copies) => (step: TriedStep) => ({ ...step, copies }))],
      isComplete: false,
    });
  if (near.length + flowing.length > 0)
    found.push({
      name: 'beside',
      changes: [
        (step) => step,
        ...[...near, ...flowing].map((beside) => (step: TriedStep) => withStep(step, beside)),
      ],
      isComplete: false,
    });
  return found;
}

function intoEach(giver: OtherStep, pointers: readonly string[]): OtherStep[] {
  return pointers.map((into) => ({ ...giver, into }));
}

/** What flows in stands in the place of what was there. */
function withStep(step: TriedStep, beside: OtherStep): TriedStep {
  return { ...step, beside };
}
