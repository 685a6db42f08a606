import type { AuditEvent } from '../../src/audit/event.ts';

/*
 * Search written down naively, from docs/replay.md: it shares no code with src/ and looks at every event anew.
 */

const OF_EVENT = [
  'agent_id',
  'agent_name',
  'control',
  'decision',
  'execution_plan_id',
  'reason',
  'step_id',
  'tenant_id',
  'tool_name',
  'trace_id',
];

export type NaiveTerm = { text: string; isPrefix: boolean };

/** Whether one event has all terms. */
export function naiveMatch(event: AuditEvent, terms: readonly NaiveTerm[]): boolean {
  const texts = naiveTexts(event).map(naiveWords);
  return terms.every(({ text, isPrefix }) => {
    const wanted = naiveWords(text);
    return texts.some((words) => words.some((_, at) => isAt(words, at, { wanted, isPrefix })));
  });
}

function isAt(
  words: string[],
  at: number,
  { wanted, isPrefix }: { wanted: string[]; isPrefix: boolean },
): boolean {
  return wanted.every((word, index) => {
    const found = words[at + index];
    if (found === undefined) return false;
    return isPrefix && index === wanted.length - 1 ? found.startsWith(word) : found === word;
  });
}

function naiveTexts(event: AuditEvent): string[] {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  for (const [name, value] of Object.entries(event)) {
    if (OF_EVENT.includes(name) || name === 'payload' || name === 'provenance') walk(value);
  }
  return texts.filter((text) => !/^sha256:[0-9a-f]{64}$/.test(text) && !/^\d{4}-\d\d-\d\dT.*Z$/.test(text));
}

type Kind = 'nothing' | 'alone' | 'part' | 'break';

function kindOf(mark: string): Kind {
  if (/[\uFE00-\uFE0F]/.test(mark)) return 'nothing';
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(mark)) return 'alone';
  if (/\p{L}|\p{N}|\p{M}/u.test(mark)) return 'part';
  return /\p{Extended_Pictographic}/u.test(mark) ? 'alone' : 'break';
}

/** Character by character: what is part of a word, what is one by itself, and what parts words. */
function naiveWords(text: string): string[] {
  const words: string[] = [];
  let before: Kind = 'break';
  for (const mark of text.normalize('NFKC').toLowerCase()) {
    const kind = kindOf(mark);
    if (kind === 'nothing') continue;
    if (kind === 'part' && before === 'part') words[words.length - 1] += mark;
    else if (kind !== 'break') words.push(mark);
    before = kind;
  }
  return words.map((word) => [...word].slice(0, 64).join(''));
}
