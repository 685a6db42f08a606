import type { Direction } from './finding.ts';
import { PHRASE_RULES } from './rules/phrase-rules.ts';
import type { PhraseRule } from './rules/rule.ts';
import type { View } from './views/view.ts';

/** A phrase found in a view: `[start, end)` of the view's text. */
export type PhraseHit = { rule: PhraseRule; view: View; start: number; end: number };

/** A phrase repeated more often than this is reported this many times. */
const MAX_HITS_PER_RULE = 8;

type Start = { text: string; third: number; rules: PhraseRule[] };

/** For starts of two code units. */
const ANY_UNIT = -1;
/** Starts by their first two code units: one look-up a word decides whether anything can begin there. */
const STARTS_BY_PAIR = startsByPair();
const GAPLESS = PHRASE_RULES.flatMap((rule) =>
  rule.gapless === undefined ? [] : [{ rule, pattern: rule.gapless }],
);
/** Scripts that write gaps between words, and digits: a start must not stand inside a word of them. */
const WORD_CLASS = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u;
const IN_WORD = wordTable();

function startsByPair(): Map<number, Start[]> {
  const pairs = new Map<number, Start[]>();
  for (const text of new Set(PHRASE_RULES.flatMap((rule) => rule.starts))) {
    const rules = PHRASE_RULES.filter((rule) => rule.starts.includes(text));
    const key = pairAt(text, 0);
    pairs.set(key, [
      ...(pairs.get(key) ?? []),
      { text, third: text.length > 2 ? text.charCodeAt(2) : ANY_UNIT, rules },
    ]);
  }
  return pairs;
}

function pairAt(text: string, index: number): number {
  return text.charCodeAt(index) * 65_536 + text.charCodeAt(index + 1);
}

/** 1 for every code unit below U+0530 that is a letter of such a script or a digit. */
function wordTable(): Uint8Array {
  return Uint8Array.from({ length: 0x530 }, (_, code) =>
    WORD_CLASS.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

/**
 * The phrases in one view. One pass looks up the beginning of every word; a rule is tried only where one of its
 * starts stands, so text without any costs a few microseconds a KB.
 */
export function phraseHits(view: View, direction: Direction): PhraseHit[] {
  return view.name === 'joined' ? gaplessHits(view) : spacedHits(view, direction);
}

function spacedHits(view: View, direction: Direction): PhraseHit[] {
  const { text } = view;
  const hits: PhraseHit[] = [];
  const counts = new Map<PhraseRule, number>();
  let wasInWord = false;
  for (let index = 0; index + 1 < text.length; index += 1) {
    const isInWord = IN_WORD[text.charCodeAt(index)] === 1;
    const isInside = wasInWord && isInWord;
    wasInWord = isInWord;
    if (isInside) continue;
    for (const start of STARTS_BY_PAIR.get(pairAt(text, index)) ?? NO_STARTS) {
      if (text.startsWith(start.text, index))
        tryRules(start.rules, { view, at: index, direction, counts, hits });
    }
  }
  return hits;
}

const NO_STARTS: readonly Start[] = [];

type Trial = {
  view: View;
  at: number;
  direction: Direction;
  counts: Map<PhraseRule, number>;
  hits: PhraseHit[];
};

function tryRules(rules: readonly PhraseRule[], { view, at, direction, counts, hits }: Trial): void {
  for (const rule of rules) {
    const count = counts.get(rule) ?? 0;
    if (count >= MAX_HITS_PER_RULE || !(rule.directions?.includes(direction) ?? true)) continue;
    rule.pattern.lastIndex = at;
    if (!rule.pattern.test(view.text)) continue;
    counts.set(rule, count + 1);
    hits.push({ rule, view, start: at, end: rule.pattern.lastIndex });
  }
}

function gaplessHits(view: View): PhraseHit[] {
  return GAPLESS.flatMap(({ rule, pattern }) =>
    [...view.text.matchAll(pattern)].slice(0, MAX_HITS_PER_RULE).map((match) => ({
      rule,
      view,
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
}
