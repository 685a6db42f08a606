import type { AuditEvent } from '../audit/event.ts';
import { decodeLine } from '../audit/line-reader.ts';
import { textAfter, textBefore, textMember } from '../audit/line-text.ts';
import { readLogLines } from '../audit/log-files.ts';
import { withPayload } from '../audit/span-reader.ts';
import { parseJson } from '../json/parse-json.ts';
import { OUTCOME_EVENTS } from './recorded-decision.ts';
import type { Verdict } from './reevaluate.ts';

const EVENT_TYPE = textMember('event_type');
const DECISION = textMember('decision');
const CONTROL = textMember('control');
const REASON = textMember('reason');

/** One decision as its lines stand in the log: `plan_received`, the events of the stages, `decision_made`. */
export class LoggedDecision {
  readonly #auditFile: string;
  readonly #lines: readonly Buffer[];

  constructor(auditFile: string, lines: readonly Buffer[]) {
    this.#auditFile = auditFile;
    this.#lines = lines;
  }

  /** What was decided. */
  get verdict(): Verdict {
    const made = this.#lines.at(-1) ?? Buffer.alloc(0);
    return {
      decision: textBefore(made, DECISION),
      reason: textAfter(made, REASON),
      control: textBefore(made, CONTROL),
    };
  }

  /** `plan_received`. Throws `SyntaxError` or `AuditLineError` where the line is no JSON. */
  get received(): AuditEvent {
    return eventOf(this.#lines[0]);
  }

  /** `decision_made`. Throws as `received`. */
  get made(): AuditEvent {
    return eventOf(this.#lines.at(-1));
  }

  /** The ids of all rules that matched, once for each step. */
  async matchedRules(): Promise<string[]> {
    const policy = this.#lines.filter((raw) => textBefore(raw, EVENT_TYPE) === 'policy_evaluated');
    const events = await Promise.all(policy.map((raw) => this.whole(eventOf(raw))));
    return events.flatMap(({ payload }) =>
      ((payload?.['matched_rules'] ?? []) as { id: string }[]).map(({ id }) => id),
    );
  }

  /** The events of the stages, with payloads that were moved to a blob. */
  stages(): Promise<AuditEvent[]> {
    return Promise.all(this.#lines.slice(1, -1).map((raw) => this.whole(eventOf(raw))));
  }

  /** The event with its payload in place. */
  whole(event: AuditEvent): Promise<AuditEvent> {
    return withPayload(this.#auditFile, event);
  }
}

/** What a chunk of a log holds: its decisions, how many of its lines are no events, and the bytes passed over so far. */
export type DecisionChunk = { decisions: LoggedDecision[]; strange: number; bytes: number };

/**
 * The decisions of a log in order, a chunk at a time. One whose end is missing is left out: nobody was told of it. Hashes
 * are not checked here. `from` need not be the start of a line.
 */
export async function* loggedDecisions(
  auditFile: string,
  { from = 0, to = Number.POSITIVE_INFINITY }: { from?: number; to?: number } = {},
): AsyncGenerator<DecisionChunk, void> {
  const collector = new Collector(auditFile);
  let bytes = 0;
  for await (const lines of readLogLines(auditFile, from, to)) {
    const decisions = lines.flatMap((line) => (line.isWhole ? (collector.take(line.raw) ?? []) : []));
    const { strange } = collector;
    collector.strange = 0;
    for (const { offset, raw, isWhole } of lines.slice(-1)) bytes = offset + raw.length + (isWhole ? 1 : 0);
    yield { decisions, strange, bytes };
  }
}

/** Puts lines together: those of a decision stand in a row. */
class Collector {
  readonly #auditFile: string;
  #open: Buffer[] = [];
  /** Lines that have no type of event. */
  strange = 0;

  constructor(auditFile: string) {
    this.#auditFile = auditFile;
  }

  /** The decision that this line ends. */
  take(raw: Buffer): LoggedDecision | undefined {
    const type = textBefore(raw, EVENT_TYPE);
    if (type === '') this.strange += 1;
    if (type === 'plan_received') this.#open = [raw];
    else if (this.#open.length > 0 && OUTCOME_EVENTS.has(type)) this.#open.push(raw);
    else this.#open = [];
    if (type !== 'decision_made' || this.#open.length === 0) return undefined;
    const decision = new LoggedDecision(this.#auditFile, this.#open);
    this.#open = [];
    return decision;
  }
}

function eventOf(raw: Buffer | undefined): AuditEvent {
  return parseJson(decodeLine(raw ?? Buffer.alloc(0))) as unknown as AuditEvent;
}
