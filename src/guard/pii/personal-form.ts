/** What has to be in a text for any of the forms of a row to stand in it; asked first. */
export type Hint = 'digits' | 'letters' | 'wallet' | 'mail';
/**
 * A form of personal data: a bounded pattern for candidates, a check where the number has a check digit, and words of which
 * one stands within 40 characters before it, or 20 behind, where the form alone says too little.
 */
export type PersonalForm = {
  kind: string;
  hint: Hint;
  pattern: RegExp;
  isValid?(written: string): boolean;
  context?: RegExp;
  hits: readonly string[];
  misses: readonly string[];
};
