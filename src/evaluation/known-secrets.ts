import type { Facts } from '../decision/facts.ts';
import type { Guard, Redaction } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';

/** Secrets of texts that were looked for before, by text: an empty list where there are none. */
export type KnownSecrets = ReadonlyMap<string, Redaction[]>;

/** What was seen of texts, and what is known of their secrets since. */
export type Inspected = { guard: Facts['guard']; secrets?: KnownSecrets };

/** A signal that fires when nobody waits for the answer any more; asked for only where something has to wait. */
export type Gone = () => AbortSignal;

/**
 * Inspects the texts of a plan, or the outputs of one. Rejects where they cannot be inspected now: then nothing MUST be
 * decided on them.
 */
export type InspectTexts = (texts: readonly PlanText[], gone?: Gone) => Inspected | Promise<Inspected>;

/** Finds secrets, and does not look again in what is known. */
export function knowing(secrets: Guard['secrets'], known: KnownSecrets | undefined): Guard['secrets'] {
  return known === undefined ? secrets : (text) => known.get(text) ?? secrets(text);
}
