import type { Direction } from './finding.ts';
import { mentionOf } from './mention.ts';
import { type PhraseHit, phraseHits } from './phrases.ts';
import type { Sign } from './score.ts';
import { fold } from './views/fold.ts';
import { isDisguise, isOfWholeText, type Span, type View } from './views/view.ts';

/** A model reads control tokens as such wherever they stand: quotation among other words takes nothing from one in a prompt. */
const CONTROL_TOKEN = 'spoofing.template_token';

/** A sign with the words a finding needs, and where it stands; the place is worked out only when it is asked for. */
export type Observation = Sign & { detector: string; category: string; message: string; place(): Span };

/**
 * The phrases in all views of a text. A phrase that stands in plain sight is no disguise, even where a view that undoes
 * one shows it too.
 */
export function phraseObservations(
  text: string,
  views: readonly View[],
  direction: Direction,
): Observation[] {
  const observations: Observation[] = [];
  const plain = new Set<string>();
  for (const view of views) {
    for (const hit of phraseHits(view, direction)) {
      if (isKnown(hit, plain)) continue;
      if (!isDisguise(view.name)) plain.add(hit.rule.id).add(placeOf(hit));
      observations.push(observe(text, hit, direction));
    }
  }
  return observations;
}

/** True where a view shows a phrase again that was found in plain sight. */
function isKnown(hit: PhraseHit, plain: ReadonlySet<string>): boolean {
  if (hit.view.name === 'script') return plain.has(placeOf(hit));
  return isOfWholeText(hit.view.name) && plain.has(hit.rule.id);
}

/** Both plain views have the same offsets. */
function placeOf({ rule, start }: PhraseHit): string {
  return `${rule.id} ${start}`;
}

function observe(text: string, { rule, view, start, end }: PhraseHit, direction: Direction): Observation {
  const place = () => view.spanOf(start, end);
  const { isDisguised, mention: found } = isDisguise(view.name)
    ? disguiseOf(text, place(), { view, shown: view.text.slice(start, end) })
    : { isDisguised: false, mention: mentionOf(view.text, { start, end }) };
  const mention = direction === 'input' && rule.id === CONTROL_TOKEN && found === 'shown' ? 'said' : found;
  return {
    detector: rule.id,
    category: rule.category,
    message: rule.message,
    family: rule.family,
    severity: rule.severity,
    weight: rule.weight,
    isDisguised,
    mention,
    blocksContext: mention === 'said' && (rule.id === CONTROL_TOKEN || rule.family === 'secrecy'),
    blocksAlways: false,
    place,
  };
}

/** What is hidden by markup may be shown all the same, in a fence; what other views show may stand in the text just so. */
function disguiseOf(
  text: string,
  span: Span,
  { view, shown }: { view: View; shown: string },
): Pick<Sign, 'isDisguised' | 'mention'> {
  const mention = mentionOf(text, span);
  const isDisguised = view.name === 'markup' ? mention === 'said' : !isPlain(text, span, shown);
  return { isDisguised, mention: isDisguised ? 'said' : mention };
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
