import { fold } from '../views/fold.ts';
import { replaceLookAlikes } from '../views/look-alikes.ts';
import { AUSTRIC_AND_SWAHILI } from './lexicons/austric.ts';
import { EAST_ASIAN } from './lexicons/east-asian.ts';
import { GERMANIC } from './lexicons/germanic.ts';
import { HELLENIC_AND_TURKIC } from './lexicons/hellenic-turkic.ts';
import { INDIC } from './lexicons/indic.ts';
import type { Lexicon, LexiconRule } from './lexicons/lexicon.ts';
import { ROMANCE } from './lexicons/romance.ts';
import { SEMITIC_AND_PERSIAN } from './lexicons/semitic-persian.ts';
import { SLAVIC } from './lexicons/slavic.ts';
import { alternatives, literals, nearWords } from './near.ts';
import { type PhraseRule, phrase } from './rule.ts';
import { together } from './together.ts';

/** Every language but English, which has rules of its own. */
export const LEXICONS: readonly Lexicon[] = [
  ...GERMANIC,
  ...ROMANCE,
  ...SLAVIC,
  ...HELLENIC_AND_TURKIC,
  ...AUSTRIC_AND_SWAHILI,
  ...SEMITIC_AND_PERSIAN,
  ...INDIC,
  ...EAST_ASIAN,
];

type Made = Pick<PhraseRule, 'id' | 'family' | 'category' | 'severity' | 'weight' | 'message' | 'directions'>;

/** What each rule of a language says; the same for all languages. */
export const LEXICON_FINDINGS: Record<LexiconRule, Made> = {
  override: {
    id: 'override.ignore_previous',
    family: 'override',
    category: 'instruction_override',
    severity: 'high',
    weight: 5,
    message: 'Tells the model to set aside the instructions it was given.',
  },
  told: {
    id: 'override.forget_everything',
    family: 'override',
    category: 'instruction_override',
    severity: 'high',
    weight: 5,
    message: 'Tells the model to forget what it was told before.',
  },
  content: {
    id: 'override.ignore_content',
    family: 'override',
    category: 'instruction_override',
    severity: 'medium',
    weight: 4,
    message: 'Tells the model to leave the text it works on and to say something else.',
  },
  extraction: {
    id: 'extraction.system_prompt',
    family: 'extraction',
    category: 'prompt_extraction',
    severity: 'medium',
    weight: 4,
    message: 'Asks for the system prompt or the instructions given to the model.',
  },
  mode: {
    id: 'spoofing.system_mode',
    family: 'spoofing',
    category: 'role_spoofing',
    severity: 'medium',
    weight: 4,
    message: 'Claims that a privileged mode is on.',
  },
  maker: {
    id: 'spoofing.creator_claim',
    family: 'spoofing',
    category: 'role_spoofing',
    severity: 'medium',
    weight: 4,
    message: 'Claims to speak as the maker or administrator of the model.',
  },
  secret: {
    id: 'exfiltration.ask_password',
    family: 'exfiltration',
    category: 'data_exfiltration',
    severity: 'medium',
    weight: 2,
    message: 'Asks for a password or a secret.',
  },
  without: {
    id: 'jailbreak.limits_lifted',
    family: 'unrestrained',
    category: 'jailbreak',
    severity: 'medium',
    weight: 3,
    message: 'Asks the model to act without its limits.',
  },
  persona: {
    id: 'jailbreak.persona',
    family: 'persona',
    category: 'jailbreak',
    severity: 'low',
    weight: 1,
    message: 'Puts the model into a persona and keeps it there.',
  },
  hide: {
    id: 'secrecy.hide_from_user',
    family: 'secrecy',
    category: 'secrecy_order',
    severity: 'high',
    weight: 4,
    message: 'Asks to keep something from the user.',
  },
  anything: {
    id: 'jailbreak.named_mode',
    family: 'jailbreak',
    category: 'jailbreak',
    severity: 'high',
    weight: 4,
    message: 'Names a well-known jailbreak mode.',
  },
  role: {
    id: 'override.role_taken_away',
    family: 'override',
    category: 'instruction_override',
    severity: 'high',
    weight: 4,
    message: 'Takes the role of a model away, or claims that its instructions were changed.',
    directions: ['input'],
  },
  reader: {
    id: 'addressed.note_to_machine',
    family: 'addressed',
    category: 'hidden_instruction',
    severity: 'medium',
    weight: 4,
    message: 'Is a note to the machine that reads the text.',
    directions: ['context'],
  },
};

/** Further than other words: the order may come after the text it is about. */
const CONTENT_WINDOW = 80;
/** A mode and its name stand next to each other. */
const MODE_WINDOW = 16;
const IN_BRACKETS = '(?<=[<\\[«(][^<>\\[\\]\\n]{0,30})(?=[^<>\\[\\]\\n]{0,40}[>\\]»)])';

/** The rules of every lexicon. */
export const LEXICON_PHRASE_RULES: readonly PhraseRule[] = LEXICONS.flatMap(rulesOf);

function rulesOf(lexicon: Lexicon): PhraseRule[] {
  const words = foldedWords(lexicon);
  return Object.entries(patternsOf(lexicon, words)).map(([key, { head, source, beside }]) => {
    const rule = key as LexiconRule;
    const { id, ...finding } = LEXICON_FINDINGS[rule];
    return {
      ...finding,
      id: `${id}.${lexicon.language}`,
      languages: [lexicon.language],
      starts: literals(head),
      pattern: phrase(source),
      ...(beside && { beside }),
      hits: [lexicon.hits[rule]],
      misses: lexicon.misses,
    };
  });
}

type Words = Pick<
  Lexicon,
  | 'ignore'
  | 'not'
  | 'reach'
  | 'rules'
  | 'told'
  | 'about'
  | 'content'
  | 'say'
  | 'tell'
  | 'prompt'
  | 'mode'
  | 'kind'
  | 'on'
  | 'maker'
  | 'secret'
  | 'without'
  | 'limits'
  | 'persona'
  | 'hide'
  | 'anything'
  | 'machine'
  | 'notYou'
  | 'reader'
>;

type Source = { head: string; source: string; beside?: NonNullable<PhraseRule['beside']> };

function patternsOf({ isRunOn, window = 48 }: Lexicon, words: Words): Record<LexiconRule, Source> {
  const near = { window, isRunOn: isRunOn ?? false };
  const spell = (alternation: string) => alternatives(alternation, near.isRunOn);
  const literal = (head: string): Source => ({ head, source: `(?:${spell(head)})` });
  const within = (head: string, parts: string[], options: WithinOptions = {}): Source => ({
    head,
    ...nearWords(head, parts, { ...near, ...options }),
  });
  const { ignore, about } = words;
  const turned = { not: spell(words.not) };
  const tail = about === undefined ? '' : `(?!\\p{L}{0,12} (?:${spell(about)}) )`;
  return {
    override: within(ignore, [words.reach, words.rules], { ...turned, tail }),
    told: within(ignore, [words.told], turned),
    content: within(ignore, [words.content, words.say], { ...turned, window: CONTENT_WINDOW }),
    extraction: within(words.tell, [words.prompt]),
    mode: { head: words.kind, source: modeSource(words, near) },
    maker: literal(words.maker),
    secret: within(words.tell, [words.secret]),
    without: within(words.without, [words.limits]),
    persona: literal(words.persona),
    hide: literal(words.hide),
    anything: literal(words.anything),
    role: { head: words.notYou, source: nearWords(words.notYou, [words.machine], near).source },
    reader: literal(words.reader),
  };
}

type WithinOptions = { tail?: string; window?: number; not?: string };

/** A kind of mode beside the word for mode, and either a word for switching it on or brackets around both. */
function modeSource({ kind, mode, on }: Words, near: { window: number; isRunOn: boolean }): string {
  const kinds = alternatives(kind, near.isRunOn);
  const modes = `(?:${alternatives(mode, true)})${near.isRunOn ? '' : '\\p{L}{0,3}(?!\\p{L})'}`;
  const named = together(kinds, [modes], { window: MODE_WINDOW, isRunOn: true, name: 'mode' });
  const switched = together(kinds, [alternatives(on, near.isRunOn)], { ...near, name: 'on' });
  return `(?=${named})(?:${IN_BRACKETS}(?:${kinds})|${switched})`;
}

/** The words in the spelling of the folded view; of scripts that look-alikes would spoil, in that of the script view. */
function foldedWords(lexicon: Lexicon): Words {
  const spell = spellingOf(lexicon);
  const folded = Object.entries(lexicon).map(([key, value]) => [
    key,
    typeof value === 'string' ? spell(value) : value,
  ]);
  return Object.fromEntries(folded);
}

/** How words of a language are written in the view they are looked for in. */
export function spellingOf(lexicon: Lexicon): (words: string) => string {
  const isLatin = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]+$/u.test(lexicon.ignore);
  return (words) => (isLatin ? replaceLookAlikes(fold(words)) : fold(words));
}
