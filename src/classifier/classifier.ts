/** A piece of a text of a plan: what is asked about, and where it stands. Offsets are UTF-16 offsets into that text. */
export type Chunk = {
  /** JSON pointer of the text in the plan as submitted. */
  pointer: string;
  start: number;
  end: number;
  /** As it is sent: folded, without secrets. */
  text: string;
};

export const FAILURES = [
  'timeout',
  'unreachable',
  'http_status',
  'malformed',
  'circuit_open',
  'busy',
] as const;
export type ClassifierFailure = (typeof FAILURES)[number];

/** One score for each chunk, from 0 (ordinary) to 1 (an attack), or why there are none. */
export type Classification =
  | { scores: readonly number[]; model?: string; failure?: never }
  | { scores?: never; failure: ClassifierFailure };

/**
 * A model that says how much a text looks like an attack. What it says is a guess: it is recorded with the decision, it
 * raises a verdict to `flag` at the most, and it never blocks.
 */
export type Classifier = {
  /** Stands in findings and facts. */
  readonly name: string;
  /** The score from which a chunk is a finding. */
  readonly threshold: number;
  /** What a plan is worth of which the classifier says nothing. */
  readonly onFailure: 'ignore' | 'require_approval';
  /** Chunks of one plan that are asked about at the most. */
  readonly maxChunks: number;
  /** Never rejects, and takes a bounded time. */
  classify(chunks: readonly string[]): Promise<Classification>;
};
