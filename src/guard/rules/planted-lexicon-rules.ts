import { LEXICONS, spellingOf } from './lexicon-rules.ts';
import type { Lexicon } from './lexicons/lexicon.ts';
import type { PlantedRule, PlantedWords } from './lexicons/planted.ts';
import { PLANTED_ELSEWHERE } from './lexicons/planted-elsewhere.ts';
import { PLANTED_IN_EUROPE } from './lexicons/planted-europe.ts';
import { alternatives, literals } from './near.ts';
import { type PhraseRule, phrase } from './rule.ts';
import { together } from './together.ts';

const PLANTED = { ...PLANTED_IN_EUROPE, ...PLANTED_ELSEWHERE };

type Made = Pick<PhraseRule, 'id' | 'family' | 'category' | 'severity' | 'weight' | 'message' | 'directions'>;

/** What each rule of planted orders says; the same for all languages. */
const FINDINGS: Record<PlantedRule, Made> = {
  obliged: {
    id: 'addressed.reader_told',
    family: 'addressed',
    category: 'hidden_instruction',
    severity: 'medium',
    weight: 4,
    message: 'Tells a machine that reads the text what to do.',
    directions: ['context'],
  },
  sent: {
    id: 'exfiltration.into_address',
    family: 'exfiltration',
    category: 'data_exfiltration',
    severity: 'high',
    weight: 4,
    message: 'Orders data of the conversation to be put into an address, a message or an argument.',
    directions: ['context', 'arguments', 'output'],
  },
  section: {
    id: 'spoofing.system_section',
    family: 'spoofing',
    category: 'role_spoofing',
    severity: 'medium',
    weight: 4,
    message: 'Pretends to be a message of the system or the developer.',
    directions: ['context'],
  },
};

/** Where data is sent: an address of a page or of a mailbox. */
const PLACE = 'https?:|www\\.|(?<![\\w.-])[\\w.-]{1,40}@\\w';
/** A sentence that an address stands in goes on behind the stops of the address. */
const AROUND_ADDRESS = '(?:[^.!?;。！？।؟\\n]|[.?!;](?=\\S))';
const ADDRESS_WINDOW = 96;
/** A duty and what it is about stand further apart than two words of one order. */
const WIDER = 1.5;
/** What ends a heading, and the line it heads. */
const HEADED = '[^\\n:\\]】」>)*]{0,24}[:\\]】」>)*][^\\n]{0,60}?';

/** Orders planted in texts from elsewhere, in every language but English. */
export const PLANTED_LEXICON_RULES: readonly PhraseRule[] = LEXICONS.flatMap(rulesOf);

type Source = Pick<PhraseRule, 'starts' | 'pattern' | 'beside'>;

function rulesOf(lexicon: Lexicon): PhraseRule[] {
  const words = PLANTED[lexicon.language];
  if (words === undefined) return [];
  return Object.entries(patternsOf(lexicon, words)).map(([key, source]) => {
    const rule = key as PlantedRule;
    const { id, ...finding } = FINDINGS[rule];
    return {
      ...finding,
      id: `${id}.${lexicon.language}`,
      languages: [lexicon.language],
      ...source,
      hits: [words.hits[rule]],
      misses: lexicon.misses,
    };
  });
}

function patternsOf(lexicon: Lexicon, words: PlantedWords): Record<PlantedRule, Source> {
  const isRunOn = lexicon.isRunOn ?? false;
  const near = { window: lexicon.window ?? 48, isRunOn };
  const fold = spellingOf(lexicon);
  const [must, deed, send, loot, section] = [
    fold(words.must),
    fold(words.deed),
    fold(words.send),
    fold(words.loot),
    fold(words.section),
  ];
  const machine = fold(lexicon.machine);
  const act = alternatives(`${deed}|${fold(lexicon.ignore)}|${fold(lexicon.say)}`, isRunOn);
  const window = WIDER * near.window;
  const obliged = together(
    alternatives(must, isRunOn),
    [machines(machine, isRunOn), alternatives(deed, isRunOn)],
    {
      window,
      isRunOn,
      between: AROUND_ADDRESS,
    },
  );
  const sent = together(alternatives(send, isRunOn), [alternatives(loot, isRunOn), PLACE], {
    window: ADDRESS_WINDOW,
    isRunOn,
    between: AROUND_ADDRESS,
  });
  return {
    // Machines have the same names in many languages, so nothing waits for them.
    obliged: {
      starts: literals(must),
      pattern: phrase(obliged),
      beside: { words: [literals(deed)], window },
    },
    sent: {
      starts: literals(send),
      pattern: phrase(sent),
      beside: { words: [literals(loot)], window: ADDRESS_WINDOW },
    },
    section: {
      starts: literals(section),
      pattern: phrase(
        `(?:${alternatives(section, isRunOn)})${HEADED}${isRunOn ? '' : '(?<!\\p{L})'}(?:${act})`,
      ),
    },
  };
}

/** In scripts without gaps a name in Latin letters still stands apart from other such letters. */
function machines(words: string, isRunOn: boolean): string {
  if (!isRunOn) return alternatives(words, false);
  return words
    .split('|')
    .map((word) => (/^[a-z]+$/.test(word) ? `(?<![a-z])${word}(?![a-z])` : alternatives(word, true)))
    .join('|');
}
