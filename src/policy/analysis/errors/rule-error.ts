/** What is wrong with one rule: a condition that can never come to anything, by what is closed and known. */
export type RuleError = {
  /** The way to it in the rule's one form: `['taint', '/bdoy']`. */
  members: readonly string[];
  message: string;
  hint?: string;
  /** The character that is meant, where `members` lead to a text. */
  inside?: { text: string; offset: number };
};

/** What was probably meant, as a member of an error; nothing where nobody can say. */
export function meaning(meant: string | undefined): { hint?: string } {
  return meant === undefined ? {} : { hint: `did you mean ${meant}?` };
}
