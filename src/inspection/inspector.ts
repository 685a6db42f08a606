import { inspectPlan, placed } from '../evaluation/inspect-plan.ts';
import { type InspectRequest, inspectRequest } from '../evaluation/inspect-request.ts';
import type { Gone, Inspected, InspectTexts, KnownSecrets } from '../evaluation/known-secrets.ts';
import type { Guard, GuardSettings, Redaction } from '../guard/finding.ts';
import { unescaped } from '../guard/redact-json.ts';
import { guardUnder } from '../guard/settings.ts';
import type { JsonValue } from '../json/value.ts';
import type { PlanText } from '../plan/texts.ts';
import type { InspectionThreads, Job } from './inspection-threads.ts';
import { packed } from './packed-texts.ts';
import { LARGE, WARMING, weightOf, weightOfTexts } from './weight.ts';
import type { FromInspection, SecretsOfText } from './wire.ts';

export type InspectorDeps = {
  guard: Guard;
  /** Those of the active policies. */
  settings(): GuardSettings;
  threads: InspectionThreads;
  /** Told of each inspection: where, and how long it was waited for. */
  observe(place: 'loop' | 'thread', seconds: number): void;
};

const NONE: Redaction[] = [];

/**
 * Where texts are inspected: short ones here and at once, which takes less time than handing them over; on a thread all
 * that would hold up everybody else. Both ways give the same.
 */
export class Inspector {
  readonly #deps: InspectorDeps;
  readonly #guard: Guard;

  constructor(deps: InspectorDeps) {
    this.#deps = deps;
    this.#guard = guardUnder(deps.guard, deps.settings);
  }

  readonly texts: InspectTexts = (texts, gone) => {
    const weight = weightOfTexts(texts);
    if (this.#isLarge(weight)) return this.#textsOnThread(texts, weight, gone);
    return this.#here(() => ({ guard: inspectPlan(this.#guard, texts) }));
  };

  /** What the guard says of texts that are in no plan: JSON of an `InspectAnswer`. */
  request(request: InspectRequest, gone?: Gone): string | Promise<string> {
    const weight = weightOf(request as JsonValue);
    if (this.#isLarge(weight)) return this.#requestOnThread(request, weight, gone);
    const { guard, settings } = this.#deps;
    return this.#here(() => JSON.stringify(inspectRequest(guard, request, settings())));
  }

  /** What was taken is done first; nothing more is taken. */
  close(): Promise<void> {
    return this.#deps.threads.close();
  }

  #isLarge(weight: number): boolean {
    if (weight < WARMING) return false;
    this.#deps.threads.prepare();
    return weight >= LARGE;
  }

  #here<T>(inspect: () => T): T {
    const started = performance.now();
    const seen = inspect();
    this.#deps.observe('loop', (performance.now() - started) / 1000);
    return seen;
  }

  async #textsOnThread(
    texts: readonly PlanText[],
    weight: number,
    gone: Gone | undefined,
  ): Promise<Inspected> {
    const message = () => {
      const all = packed(texts);
      return { asked: { texts: all }, transfer: [all.ends.buffer, all.directions.buffer, all.scopes.buffer] };
    };
    const answer = await this.#onThread({ weight, message }, gone);
    if (!('seen' in answer)) throw failureOf(answer);
    return { guard: placed(answer.seen, texts), secrets: secretsOf(texts, answer.secrets) };
  }

  async #requestOnThread(request: InspectRequest, weight: number, gone: Gone | undefined): Promise<string> {
    const message = () => ({ asked: { request: JSON.stringify(request) } });
    const answer = await this.#onThread({ weight, message }, gone);
    if (!('answer' in answer)) throw failureOf(answer);
    return answer.answer;
  }

  async #onThread(job: Job, gone: Gone | undefined): Promise<FromInspection> {
    const started = performance.now();
    const { threads, observe } = this.#deps;
    const answer = await threads.run(gone === undefined ? job : { ...job, gone: gone() });
    observe('thread', (performance.now() - started) / 1000);
    return answer;
  }
}

/** The guard fails there as it would here: that is a bug, and no decision. */
function failureOf(answer: FromInspection): Error {
  return new Error('failed' in answer ? `the guard failed: ${answer.failed}` : 'no answer of the guard');
}

function secretsOf(texts: readonly PlanText[], found: readonly SecretsOfText[]): KnownSecrets {
  const known = new Map<string, Redaction[]>();
  for (const { text } of texts) {
    known.set(text, NONE);
    if (text.includes('~')) known.set(unescaped(text), NONE);
  }
  for (const { at, isUnescaped, redactions } of found) {
    const { text } = texts[at] as PlanText;
    known.set(isUnescaped ? unescaped(text) : text, redactions);
  }
  return known;
}
