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
  /** The least digits of a row whose hint is digits, where they are not nine. */
  digits?: number;
  /** What of a candidate is looked at, from its beginning. */
  cut?(written: string): string;
  isValid?(written: string): boolean;
  context?: RegExp;
  hits: readonly string[];
  misses: readonly string[];
};
