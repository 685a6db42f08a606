import { describe, expect, it } from 'vitest';
import { phraseHits } from '../../src/guard/phrases.ts';
import { LEXICON_PHRASE_RULES, LEXICONS } from '../../src/guard/rules/lexicon-rules.ts';
import { LEXICON_RULES } from '../../src/guard/rules/lexicons/lexicon.ts';
import { PHRASE_RULES } from '../../src/guard/rules/phrase-rules.ts';
import type { PhraseRule } from '../../src/guard/rules/rule.ts';
import { fold } from '../../src/guard/views/fold.ts';
import { viewsOf } from '../../src/guard/views/views.ts';

/** What is found in either direction: most rules look at both, some at one. */
function idsIn(text: string): string[] {
  const found = viewsOf(text).flatMap((view) =>
    (['input', 'context'] as const).flatMap((direction) =>
      phraseHits(view, direction).map((hit) => hit.rule.id),
    ),
  );
  return [...new Set(found)];
}

/** Tries the rule at every place of the text: what the look-up of starts saves. */
function isFoundAnywhere({ starts, pattern }: PhraseRule, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const isInside = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Nd}]{2}$/u.test(
      text.slice(Math.max(0, at - 1), at + 1),
    );
    if (isInside || !starts.some((start) => text.startsWith(start, at))) continue;
    pattern.lastIndex = at;
    if (pattern.test(text)) return true;
  }
  return false;
}

const rows = PHRASE_RULES.flatMap((rule) => [
  ...rule.hits.map((text) => ({ id: rule.id, text, isHit: true })),
  ...rule.misses.map((text) => ({ id: rule.id, text, isHit: false })),
]);

describe('phrase rules', () => {
  it.each(rows.filter((row) => row.isHit))('$id hits: $text', ({ id, text }) => {
    expect(idsIn(text)).toContain(id);
  });

  it.each(rows.filter((row) => !row.isHit))('$id leaves alone: $text', ({ id, text }) => {
    expect(idsIn(text)).not.toContain(id);
  });

  it('gives no benign example of any row to any other row', () => {
    const found = rows
      .filter((row) => !row.isHit)
      .flatMap(({ text }) => idsIn(text).map((id) => ({ id, text })));
    expect(found).toEqual([]);
  });

  it('has ids that are unique, and at least one example of each kind a row', () => {
    expect(new Set(PHRASE_RULES.map((rule) => rule.id)).size).toBe(PHRASE_RULES.length);
    expect(PHRASE_RULES.filter((rule) => rule.hits.length === 0 || rule.misses.length === 0)).toEqual([]);
  });

  it('writes every start in folded spelling, or it would never be found', () => {
    for (const rule of PHRASE_RULES) {
      const found = rule.starts.filter((start) => start !== fold(start));
      expect({ id: rule.id, found }).toEqual({ id: rule.id, found: [] });
    }
  });

  it('bounds every quantifier, so that no phrase takes more than bounded time', () => {
    for (const { id, pattern } of PHRASE_RULES) {
      const bare = pattern.source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      expect({ id, unbounded: bare.match(/[*+]|\{\d+,\}/g) }).toEqual({ id, unbounded: null });
    }
  });

  it('has the same rules for every language, each language once', () => {
    expect(new Set(LEXICONS.map(({ language }) => language)).size).toBe(LEXICONS.length);
    expect(LEXICON_PHRASE_RULES.length).toBe(LEXICONS.length * LEXICON_RULES.length);
  });

  it('finds the same phrases that a naive search finds', () => {
    const text = fold(rows.map((row) => row.text).join(' . '));
    const view = { name: 'script' as const, text, spanOf: (start: number, end: number) => ({ start, end }) };
    const naive = PHRASE_RULES.filter(
      ({ directions }) => directions === undefined || directions.includes('context'),
    )
      .filter((rule) => isFoundAnywhere(rule, text))
      .map((rule) => rule.id);
    const found = new Set(phraseHits(view, 'context').map((hit) => hit.rule.id));
    expect([...found].sort()).toEqual(naive.sort());
    expect(found.size).toBeGreaterThan(PHRASE_RULES.length / 2);
  });
});
