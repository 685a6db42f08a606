/** A stretch of text: UTF-16 offsets, end exclusive. */
export type Span = { start: number; end: number };

export const VIEW_NAMES = [
  'folded',
  'script',
  'corrected',
  'hidden',
  'markup',
  'decoded',
  'assembled',
  'unescaped',
  'unmarked',
  'joined',
  'turned',
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/**
 * One reading of the inspected text. Rules run on views, findings point into the original.
 *
 * `spanOf` maps a span of the view back to the original text: never empty, never outside of it. It may be
 * wider than what matched (a hit in a decoded run is the whole run). It is slow, so it is called for hits only.
 */
export type View = {
  name: ViewName;
  text: string;
  /** How many encodings were undone to get here, where any were. */
  layers?: number;
  spanOf(start: number, end: number): Span;
};

/** Views that exist only because somebody disguised a text: a hit there is never discounted. */
export function isDisguise(name: ViewName): boolean {
  return name !== 'folded' && name !== 'script' && name !== 'corrected';
}

/** Views of the whole text, which show again what stands in plain sight; views of a run do not. */
export function isOfWholeText(name: ViewName): boolean {
  return name === 'corrected' || name === 'unescaped' || name === 'unmarked' || name === 'joined';
}
