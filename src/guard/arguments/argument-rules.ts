import type { ArgumentRule } from './argument-rule.ts';
import { CODE_RULES } from './code-rules.ts';
import { PATH_RULES } from './path-rules.ts';
import { SHELL_RULES } from './shell-rules.ts';
import { SQL_RULES } from './sql-rules.ts';

export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  ...SHELL_RULES,
  ...SQL_RULES,
  ...CODE_RULES,
  ...PATH_RULES,
];
