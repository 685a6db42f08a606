import { CONTEXT_ORDER_RULES } from './context-order.ts';
import { EXTRACTION_RULES } from './extraction.ts';
import { JAILBREAK_RULES } from './jailbreak.ts';
import { LEXICON_PHRASE_RULES } from './lexicon-rules.ts';
import { OVERRIDE_RULES } from './override.ts';
import type { PhraseRule } from './rule.ts';
import { SPOOFING_RULES } from './spoofing.ts';

/** Every phrase the guard knows. */
export const PHRASE_RULES: readonly PhraseRule[] = [
  ...OVERRIDE_RULES,
  ...SPOOFING_RULES,
  ...JAILBREAK_RULES,
  ...EXTRACTION_RULES,
  ...CONTEXT_ORDER_RULES,
  ...LEXICON_PHRASE_RULES,
];
