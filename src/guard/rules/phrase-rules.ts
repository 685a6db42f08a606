import { CLAIMED_STANDING_RULES } from './claimed-standing.ts';
import { CONTEXT_ORDER_RULES } from './context-order.ts';
import { WIDER_CONTEXT_RULES } from './context-wider.ts';
import { EXFILTRATION_RULES } from './exfiltration.ts';
import { EXFILTRATION_COMMAND_RULES } from './exfiltration-command.ts';
import { EXFILTRATION_ORDER_RULES } from './exfiltration-order.ts';
import { EXTRACTION_RULES } from './extraction.ts';
import { EXTRACTION_GRAMMAR_RULES } from './extraction-grammar.ts';
import { FICTION_FRAME_RULES } from './fiction-frames.ts';
import { FRESH_TASK_RULES } from './fresh-task.ts';
import { GUARDED_SECRET_RULES } from './guarded-secret.ts';
import { HIJACKED_TASK_RULES } from './hijacked-task.ts';
import { JAILBREAK_RULES } from './jailbreak.ts';
import { FRAMING_RULES } from './jailbreak-framing.ts';
import { LIMITS_RULES } from './jailbreak-limits.ts';
import { LEXICON_PHRASE_RULES } from './lexicon-rules.ts';
import { MACHINE_READER_RULES } from './machine-reader.ts';
import { NEAR_EXTRACTION_RULES } from './near-extraction.ts';
import { NEAR_JAILBREAK_RULES } from './near-jailbreak.ts';
import { NEAR_OVERRIDE_RULES } from './near-override.ts';
import { OVERRIDE_RULES } from './override.ts';
import { OVERRIDE_GRAMMAR_RULES } from './override-grammar.ts';
import { TASK_OVERRIDE_RULES } from './override-task.ts';
import { PASSWORD_RIDDLE_RULES } from './password-riddles.ts';
import { PAST_THE_RULES } from './past-the-rules.ts';
import { PLANTED_COMMAND_RULES } from './planted-command.ts';
import { PLANTED_LEXICON_RULES } from './planted-lexicon-rules.ts';
import { PLANTED_ORDER_RULES } from './planted-order.ts';
import { ROUNDABOUT_EXTRACTION_RULES } from './roundabout-extraction.ts';
import type { PhraseRule } from './rule.ts';
import { SAFETY_ORDER_RULES } from './safety-orders.ts';
import { SET_UP_EXTRACTION_RULES } from './set-up-extraction.ts';
import { SPOOFED_FORMAT_RULES } from './spoofed-formats.ts';
import { SPOOFING_RULES } from './spoofing.ts';
import { TOOL_ORDER_RULES } from './tool-order.ts';
import { UNBOUND_PERSONA_RULES } from './unbound-persona.ts';
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
  ...WIDER_CONTEXT_RULES,
  ...SPOOFED_FORMAT_RULES,
  ...OVERRIDE_GRAMMAR_RULES,
  ...EXTRACTION_GRAMMAR_RULES,
  ...NEAR_OVERRIDE_RULES,
  ...NEAR_JAILBREAK_RULES,
  ...NEAR_EXTRACTION_RULES,
  ...GUARDED_SECRET_RULES,
  ...ROUNDABOUT_EXTRACTION_RULES,
  ...HIJACKED_TASK_RULES,
  ...MACHINE_READER_RULES,
  ...PLANTED_ORDER_RULES,
  ...PLANTED_COMMAND_RULES,
  ...UNBOUND_PERSONA_RULES,
  ...CLAIMED_STANDING_RULES,
  ...FICTION_FRAME_RULES,
  ...FRESH_TASK_RULES,
  ...SAFETY_ORDER_RULES,
  ...SET_UP_EXTRACTION_RULES,
  ...PASSWORD_RIDDLE_RULES,
  ...PAST_THE_RULES,
  ...EXFILTRATION_RULES,
  ...EXFILTRATION_ORDER_RULES,
  ...EXFILTRATION_COMMAND_RULES,
  ...LEXICON_PHRASE_RULES,
  ...PLANTED_LEXICON_RULES,
];
