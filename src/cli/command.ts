import { userInfo } from 'node:os';

/** Where a command writes, and what it can know of the terminal. */
export type Terminal = {
  out(text: string): void;
  err(text: string): void;
  /** Standard error is a terminal: progress may be drawn over itself. */
  isInteractive: boolean;
  /** Standard output is a terminal: a person looks at it, and no program reads it. */
  isScreen: boolean;
};

/** One option of a command: `--name VALUE`, or a flag. */
export type Option = {
  /** What stands for the value in the help; a flag has none. */
  value?: string;
  /** May be given several times. */
  multiple?: true;
  /** The value may be left out; then it is the empty text. */
  isOptional?: true;
  description: string;
};

/** The options given: text for those with a value, lists where `multiple`, true for flags. */
export type Given = Readonly<Record<string, string | string[] | boolean | undefined>>;

/** The option that every command on a log has, and what was given for it. */
export const AUDIT_FILE = { 'audit-file': { value: 'FILE', description: 'the log (audit/events.jsonl)' } };

export function auditFileOf(given: Given): string {
  return String(given['audit-file'] ?? 'audit/events.jsonl');
}

/** Who does something that the log keeps, and why: options of the commands that write to it. */
export const PERSON = {
  reason: { value: 'TEXT', description: 'why; it is kept in the log' },
  by: { value: 'NAME', description: 'who; it is kept in the log (the user of this process)' },
};

/** The reason given, and who gives it. Throws `UsageError` where there is no reason. */
export function personOf(given: Given): { reason: string; by: string } {
  const { reason, by = userInfo().username } = given;
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new UsageError('--reason TEXT is needed: the log keeps why this was done');
  for (const [name, text] of Object.entries({ reason, by }))
    if (String(text).length > MAX_TEXT) throw new UsageError(`--${name}: at most ${MAX_TEXT} characters`);
  return { reason, by: String(by) };
}

const MAX_TEXT = 1_000;

/** Throws `UsageError` where two options are given of which the one would be passed over because of the other. */
export function assertApart(given: Given, pairs: readonly (readonly [string, string])[]): void {
  for (const [one, other] of pairs)
    if (given[one] !== undefined && given[other] !== undefined)
      throw new UsageError(`--${one} and --${other} do not go together: give one of them`);
}

/** One command of a tool. */
export type Command = {
  /** The words that call it: `audit verify`. Empty where it is all that its tool does. */
  name: string;
  summary: string;
  /** What may be given without an option: a file, say. It comes as `operand`; as a list where `count` says that there are several. */
  operand?: { name: string; description: string; count?: number };
  options: Readonly<Record<string, Option>>;
  /** Exit codes beyond 0, 1 and 2, with what they mean. */
  exits: Readonly<Record<number, string>>;
  /** Resolves with the exit code. */
  run(given: Given, terminal: Terminal): Promise<number>;
};

/** Exit code where two things that are held against each other differ. */
export const DIFFERENT = 12;

/** Exit code of a log that was changed, cut or exchanged. */
export const BROKEN = 13;

/** Exit code where nothing is wrong, but what was asked for could not be shown. */
export const NOT_SHOWN = 14;

/** The call is wrong: an unknown command, an unknown option, a value that cannot be. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
