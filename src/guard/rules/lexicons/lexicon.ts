/**
 * The words one language has for what attacks do. Each entry holds alternatives between bars, in ordinary spelling: they
 * are folded like the texts they are looked for in. An alternative is the beginning of words, so `ignorier` finds
 * `ignoriere`; a space is any gap.
 */
export type Lexicon = {
  /** BCP 47 tag. */
  language: string;
  /** True where words are written without gaps, or with endings and beginnings grown onto them. */
  isRunOn?: true;
  /** Characters between two words that belong together; 48 unless said otherwise. */
  window?: number;
  /** Verbs of setting aside. */
  ignore: string;
  /** Words that turn those verbs around, right before or right after them: do *not* forget. */
  not: string;
  /** How far an order reaches: all, previous, your. */
  reach: string;
  /** What a model was given: instructions, rules. */
  rules: string;
  /** Words after them that make them somebody else's: instructions *for* the oven. */
  about?: string;
  /** Sentences for what a model was given: what you were told. */
  told: string;
  /** What a model may be working on: page, table, function. */
  content: string;
  /** Verbs of saying something. */
  say: string;
  /** Verbs and questions that ask for something to be shown. */
  tell: string;
  /** The text a model was set up with. */
  prompt: string;
  /** Words for a mode, for kinds of mode, and for switching one on. */
  mode: string;
  kind: string;
  on: string;
  /** Claims to be the maker or master of the model. */
  maker: string;
  /** Things only the owner knows. */
  secret: string;
  /** Words of doing without, and what is done without. */
  without: string;
  limits: string;
  /** Being somebody else from now on. */
  persona: string;
  /** The user is not to know. */
  hide: string;
  /** "Do anything now". */
  anything: string;
  /** What the model is, and words that say it is that no longer. */
  machine: string;
  notYou: string;
  /** Words by which a text turns to a machine that reads it. */
  reader: string;
  /** A text for each rule that the language gets, and texts in which no rule may find anything. */
  hits: Record<LexiconRule, string>;
  misses: readonly string[];
};

export const LEXICON_RULES = [
  'override',
  'told',
  'content',
  'extraction',
  'mode',
  'maker',
  'secret',
  'without',
  'persona',
  'hide',
  'anything',
  'role',
  'reader',
] as const;
export type LexiconRule = (typeof LEXICON_RULES)[number];
