/**
 * The words one language has for orders that are planted in a text from elsewhere. Alternatives between bars, spelled and
 * folded like those of a `Lexicon`.
 */
export type PlantedWords = {
  /** Words that make of a sentence an order to its reader: must, please, at once. */
  must: string;
  /** Verbs of what a planted order wants done. */
  deed: string;
  /** Verbs of sending something away. */
  send: string;
  /** What nobody is to send away: passwords, keys, the conversation. */
  loot: string;
  /** How a made-up section of a prompt is headed. */
  section: string;
  /** A text for each rule that comes of these words. */
  hits: Record<PlantedRule, string>;
};

export const PLANTED_RULES = ['obliged', 'sent', 'section'] as const;
export type PlantedRule = (typeof PLANTED_RULES)[number];
