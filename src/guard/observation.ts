import type { Direction } from './finding.ts';
import { mentionOf } from './mention.ts';
import { type PhraseHit, phraseHits } from './phrases.ts';
import type { Sign } from './score.ts';
import { fold } from './views/fold.ts';
import { isDisguise, isOfWholeText, type Span, type View } from './views/view.ts';

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
      if (isOfWholeText(view.name) && plain.has(hit.rule.id)) continue;
      if (!isDisguise(view.name)) plain.add(hit.rule.id);
      keep(seen, observe(text, hit));
    }
  }
  return [...seen.values()];
}

/** Of two observations of one detector at one place, the disguised one counts. */
function keep(seen: Map<string, Observation>, observation: Observation): void {
  const place = `${observation.detector} ${observation.start}`;
  const other = seen.get(place);
  if (other === undefined || (observation.isDisguised && !other.isDisguised)) seen.set(place, observation);
}

function observe(text: string, { rule, view, start, end }: PhraseHit): Observation {
  const span = view.spanOf(start, end);
  const mention = mentionOf(text, span);
  const isDisguised =
    view.name === 'markup'
      ? mention === 'said'
      : isDisguise(view.name) && !isPlain(text, span, view.text.slice(start, end));
  return {
    detector: rule.id,
    category: rule.category,
    message: rule.message,
    family: rule.family,
    severity: rule.severity,
    weight: rule.weight,
    isDisguised,
    mention: isDisguised ? 'said' : mention,
    blocksContext: mention === 'said' && (rule.id === 'spoofing.template_token' || rule.family === 'secrecy'),
    blocksAlways: false,
    ...span,
  };
}

/** True where the words a view shows stand in the text just so, signs between them aside. */
function isPlain(text: string, { start, end }: Span, shown: string): boolean {
  if (end - start > 4 * shown.length) return false;
  return wordsOf(fold(text.slice(start, end))) === wordsOf(shown);
}

function wordsOf(folded: string): string {
  return folded.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
}

/** True where a sign weighs less because it is shown rather than said. */
export function isDiscountable(sign: Sign): boolean {
  return sign.mention !== 'said';
}
