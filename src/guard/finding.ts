/** Which way a text travels; it decides what a finding means (docs/guard.md). */
export const DIRECTIONS = ['input', 'context', 'output', 'arguments'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** 0 for `low` up to 3 for `critical`. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The guard's own word for a text. The decision on a plan is `allow | block | require_approval`, not this. */
export const VERDICTS = ['allow', 'flag', 'block'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One thing the guard saw. Offsets are UTF-16 offsets into the submitted text, end exclusive. */
export type Finding = {
  /** Stable id of the rule that saw it, for example `override.ignore_previous`. */
  detector: string;
  /** For example `instruction_override`, `secret`. */
  category: string;
  severity: Severity;
  message: string;
  start: number;
  end: number;
};

/** What the guard says of one text. */
export type Inspection = {
  verdict: Verdict;
  findings: Finding[];
  /** The text with secrets replaced by `[redacted:<kind>]`; equal to the text when nothing was. */
  sanitized: string;
  /** True where the text was longer than the guard reads in full. */
  truncated: boolean;
};

/** A value that must not reach the log: where it stands in the text, and what kind it is. */
export type Redaction = { start: number; end: number; kind: string };

/** Scores at which a text is flagged, and at which it may be blocked. */
export type Levels = { flag: number; block: number };

/** A text of the operator's that the guard looks for, in linear time. */
export type OperatorPattern = {
  id: string;
  severity: Severity;
  weight: number;
  message: string;
  directions: readonly Direction[];
  /** In RE2 syntax: what `find` looks for. */
  pattern: string;
  /** The lines it matches in, at most eight: `[start, end)`. */
  find(text: string): { start: number; end: number }[];
};

/** How the guard is set up by `guard.yaml`. Immutable; made once for a set of policy files. */
export type GuardSettings = {
  levels: Readonly<Record<Direction, Levels>>;
  /** What the weights of a family are multiplied by. */
  factors: ReadonlyMap<string, number>;
  /** Detectors that are not asked, without the language at the end. */
  disabled: ReadonlySet<string>;
  /** Domains that links may carry data to, with what is below them. */
  destinations: readonly string[];
  canaries: readonly { id: string; sha256: string; length: number }[];
  patterns: readonly OperatorPattern[];
};

/** The name of the member that an object with an operator (`$ne`) stands in, and what the operator is given, which is JSON. */
export type OperatorPlace = { under: string; operand: unknown };

export type Guard = {
  /**
   * Pure and bounded in time; never throws on any string. `settings` are those of `guard.yaml`; without, those it was made with. A text
   * that is the name of an operator in arguments is judged with what it stands beside.
   */
  inspect(text: string, direction: Direction, settings?: GuardSettings, operator?: OperatorPlace): Inspection;
  /** The secrets in a text, in order, not overlapping. Cheaper than `inspect`; used before anything is written to the log. */
  secrets(text: string): Redaction[];
};
