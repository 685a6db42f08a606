import type { Direction } from './finding.ts';
import { mentionOf } from './mention.ts';
import { type PhraseHit, phraseHits } from './phrases.ts';
import type { Sign } from './score.ts';
import { isDisguise, type Span, type View } from './views/view.ts';

/** A sign with the words and the place a finding needs. */
export type Observation = Sign & Span & { detector: string; category: string; message: string };

/**
 * The phrases in all views of a text, each place once. A phrase that stands in plain sight is no disguise, even where
 * a view that undoes one shows it too.
 */
export function phraseObservations(
  text: string,
  views: readonly View[],
  direction: Direction,
): Observation[] {
  const seen = new Map<string, Observation>();
  const plain = new Set<string>();
  for (const view of views) {
    for (const hit of phraseHits(view, direction)) {
      if (isRepetition(view) && plain.has(hit.rule.id)) continue;
      if (!isDisguise(view.name)) plain.add(hit.rule.id);
      const observation = observe(text, hit);
      const place = `${observation.detector} ${observation.start}`;
      seen.set(place, seen.get(place) ?? observation);
    }
  }
  return [...seen.values()];
}

/** Views of the whole text show what stands in plain sight again; views of a decoded run do not. */
function isRepetition(view: View): boolean {
  return view.name === 'unescaped' || view.name === 'joined';
}

function observe(text: string, { rule, view, start, end }: PhraseHit): Observation {
  const span = view.spanOf(start, end);
  const isDisguised = isDisguise(view.name);
  return {
    detector: rule.id,
    category: rule.category,
    message: rule.message,
    family: rule.family,
    severity: rule.severity,
    weight: rule.weight,
    isDisguised,
    mention: isDisguised ? 'said' : mentionOf(text, span),
    blocksContext: rule.id === 'spoofing.template_token' || rule.family === 'secrecy',
    blocksAlways: false,
    ...span,
  };
}

/** True where a sign weighs less because it is shown rather than said. */
export function isDiscountable(sign: Sign): boolean {
  return sign.mention !== 'said';
}
