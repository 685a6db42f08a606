import type { JsonObject } from '../json/value.ts';
import type { SensitivityLevel } from '../plan/sensitivity.ts';
import type { TrustLevel } from '../plan/trust-level.ts';
import type { QueryContent } from './history-schema.ts';
import type { Truth } from './truth.ts';

/** What may be asked of a step that came before. An attribute that is absent is not known. */
export type PastStep = {
  tool_name: string;
  capability?: string;
  sensitivity_level?: SensitivityLevel;
  lowest_trust?: TrustLevel;
  arguments: JsonObject;
  /** Pointers of arguments whose values are not known. */
  unknown_pointers: readonly string[];
};

/** Whose step it was. */
export type HistorySubject = { tenant_id: string; agent_id: string; session_id?: string; trace_id: string };

/** How many steps there were: surely `least`, and perhaps up to `most`; both end at `MAX_COUNT`. */
export type HistoryCount = { least: number; most: number };

/** A question to the past, without what the answer is held against: rules that ask the same share it. */
export type HistoryQuery = {
  /** Canonical hash: equal questions of two bundles are one. */
  key: string;
  content: QueryContent;
  window_ms: number;
  /** Arguments in which a past step must be like the one that asks. */
  same: readonly string[];
  /** Arguments whose values nobody had used before the past step. */
  new: readonly string[];
  decisions: QueryContent['decision'];
  /** Whether a past step is one of those asked for, by all but its decision, its time and its arguments. */
  test(step: PastStep): Truth;
  /** Where `new` asks: how often the same values were met before. */
  seenBefore?: HistoryQuery;
};
