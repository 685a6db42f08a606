import { CONTEXT_ORDER_RULES } from './context-order.ts';
import { EXFILTRATION_RULES } from './exfiltration.ts';
import { EXTRACTION_RULES } from './extraction.ts';
import { JAILBREAK_RULES } from './jailbreak.ts';
import { FRAMING_RULES } from './jailbreak-framing.ts';
import { LIMITS_RULES } from './jailbreak-limits.ts';
import { LEXICON_PHRASE_RULES } from './lexicon-rules.ts';
import { OVERRIDE_RULES } from './override.ts';
import { TASK_OVERRIDE_RULES } from './override-task.ts';
import type { PhraseRule } from './rule.ts';
import { SPOOFING_RULES } from './spoofing.ts';
import { TOOL_ORDER_RULES } from './tool-order.ts';
import { WIDER_EXTRACTION_RULES } from './wider-extraction.ts';
import { WIDER_ORDER_RULES } from './wider-orders.ts';

/** Every phrase the guard knows. */
export const PHRASE_RULES: readonly PhraseRule[] = [
  ...OVERRIDE_RULES,
  ...TASK_OVERRIDE_RULES,
  ...SPOOFING_RULES,
  ...JAILBREAK_RULES,
  ...FRAMING_RULES,
  ...LIMITS_RULES,
  ...EXTRACTION_RULES,
  ...CONTEXT_ORDER_RULES,
  ...TOOL_ORDER_RULES,
  ...WIDER_ORDER_RULES,
  ...WIDER_EXTRACTION_RULES,
  ...EXFILTRATION_RULES,
  ...LEXICON_PHRASE_RULES,
];
