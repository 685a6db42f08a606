import { ADDRESS_RULES } from './address-rules.ts';
import type { ArgumentRule } from './argument-rule.ts';
import { CODE_RULES } from './code-rules.ts';
import { CODE_TRICK_RULES } from './code-tricks.ts';
import { CODE_VALUE_RULES } from './code-values.ts';
import { MARKUP_VALUE_RULES } from './markup-values.ts';
import { PATH_RULES } from './path-rules.ts';
import { PLACE_RULES } from './place-rules.ts';
import { SHELL_RULES } from './shell-rules.ts';
import { SHELL_TRICK_RULES } from './shell-tricks.ts';
import { SHELL_VALUE_RULES } from './shell-values.ts';
import { SQL_RULES } from './sql-rules.ts';
import { SQL_TRICK_RULES } from './sql-tricks.ts';
import { SQL_VALUE_RULES } from './sql-values.ts';
import { WINDOWS_RULES } from './windows-rules.ts';

export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  ...SHELL_RULES,
  ...SHELL_TRICK_RULES,
  ...WINDOWS_RULES,
  ...SQL_RULES,
  ...SQL_TRICK_RULES,
  ...CODE_RULES,
  ...CODE_TRICK_RULES,
  ...PATH_RULES,
  ...ADDRESS_RULES,
  ...SQL_VALUE_RULES,
  ...SHELL_VALUE_RULES,
  ...PLACE_RULES,
  ...CODE_VALUE_RULES,
  ...MARKUP_VALUE_RULES,
];
