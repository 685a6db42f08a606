import type { AuditEvent } from '../audit/event.ts';
import { LineChain } from '../audit/line-chain.ts';
import { decodeLine, linesOf, sameMemory } from '../audit/line-reader.ts';
import { textAfter, textBefore, textMember } from '../audit/line-text.ts';
import { readLogChunks } from '../audit/log-files.ts';
import { withPayload } from '../audit/span-reader.ts';
import { parseJson } from '../json/parse-json.ts';
import { STAGE_EVENTS } from './decision-events.ts';
import type { Verdict } from './reevaluate.ts';

const EVENT_TYPE = textMember('event_type');
const DECISION = textMember('decision');
const CONTROL = textMember('control');
const REASON = textMember('reason');
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/** One decision as its lines stand in the log: `plan_received`, the events of the stages, `decision_made`. */
export class LoggedDecision {
  readonly #auditFile: string;
  /** Its lines in a row, without the last newline. */
  readonly #bytes: Buffer;
  readonly #made: Buffer;

  /** `madeAt`: where in `bytes` its last line begins. */
  constructor(auditFile: string, bytes: Buffer, madeAt: number) {
    this.#auditFile = auditFile;
    this.#bytes = bytes;
    this.#made = bytes.subarray(madeAt);
  }

  /** What was decided. */
  get verdict(): Verdict {
    return {
      decision: textBefore(this.#made, DECISION),
      reason: textAfter(this.#made, REASON),
      control: textBefore(this.#made, CONTROL),
    };
  }

  /** `plan_received`. Throws `SyntaxError` or `AuditLineError` where the line is no JSON. */
  get received(): AuditEvent {
    return eventOf(this.#bytes.subarray(0, this.#bytes.indexOf(NEWLINE)));
  }

  /** `decision_made`. Throws as `received`. */
  get made(): AuditEvent {
    return eventOf(this.#made);
  }

  /** The ids of all rules that matched, once for each step. */
  async matchedRules(): Promise<string[]> {
    const policy = this.#lines().filter((raw) => textBefore(raw, EVENT_TYPE) === 'policy_evaluated');
    const events = await Promise.all(policy.map((raw) => this.whole(eventOf(raw))));
    return events.flatMap(({ payload }) =>
      ((payload?.['matched_rules'] ?? []) as { id: string }[]).map(({ id }) => id),
    );
  }

  /** The events of the stages, with payloads that were moved to a blob. */
  stages(): Promise<AuditEvent[]> {
    const between = this.#lines().slice(1, -1);
    return Promise.all(between.map((raw) => this.whole(eventOf(raw))));
  }

  /** The event with its payload in place. */
  whole(event: AuditEvent): Promise<AuditEvent> {
    return withPayload(this.#auditFile, event);
  }

  #lines(): Buffer[] {
    return linesOf({ bytes: this.#bytes, offset: 0 }).map(({ raw }) => raw);
  }
}

/**
 * What a chunk of a log holds: its decisions, how many of its lines are no events, or not those that were written, and the
 * bytes passed over so far. The decisions can be read until the next chunk is asked for.
 */
export type DecisionChunk = { decisions: LoggedDecision[]; strange: number; bytes: number };

export type DecisionRange = {
  from?: number;
  to?: number;
  /**
   * Holds each line against its hash and against the line before: what does not hold is part of no decision. Takes about as
   * long as reading does. `from` MUST be the start of a line then.
   */
  isFollowed?: boolean;
};

/**
 * The decisions of a log in order, a chunk at a time. One whose end is missing is left out: nobody was told of it. Hashes
 * are not checked unless they are followed. `from` need not be the start of a line.
 */
export async function* loggedDecisions(
  auditFile: string,
  { from = 0, to = Number.POSITIVE_INFINITY, isFollowed = false }: DecisionRange = {},
): AsyncGenerator<DecisionChunk, void> {
  const collector = new Collector(auditFile, isFollowed ? new LineChain() : undefined);
  for await (const { bytes, offset } of readLogChunks(auditFile, from, to, sameMemory()))
    yield { ...collector.take(bytes), bytes: offset + bytes.length };
}

/** Puts lines together: those of a decision stand in a row. */
class Collector {
  readonly #auditFile: string;
  readonly #chain: LineChain | undefined;
  /** Lines in earlier chunks of the decision that is open. */
  #begun = NOTHING;
  /** Where in this chunk it begins, or goes on. */
  #open: number | undefined;

  constructor(auditFile: string, chain: LineChain | undefined) {
    this.#auditFile = auditFile;
    this.#chain = chain;
  }

  /** `bytes` are lines; one without its newline is still being written. */
  take(bytes: Buffer): Omit<DecisionChunk, 'bytes'> {
    const decisions: LoggedDecision[] = [];
    const kindAt = this.#kindsIn(bytes);
    let strange = 0;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const kind = kindAt(start, end);
      if (kind === 'strange') strange += 1;
      if (kind === 'made') this.#end(bytes, start, end, decisions);
      else if (kind !== 'stage') this.#begin(kind === 'received' ? start : undefined);
      start = end + 1;
    }
    if (this.#open !== undefined) {
      this.#begun = Buffer.concat([this.#begun, bytes.subarray(this.#open, start)]);
      this.#open = 0;
    }
    return { decisions, strange };
  }

  #kindsIn(bytes: Buffer): KindAt {
    const kindAt = kindsIn(bytes);
    const chain = this.#chain;
    if (chain === undefined) return kindAt;
    return (start, end) => (chain.follows(bytes.subarray(start, end)) ? kindAt(start, end) : 'strange');
  }

  #begin(at: number | undefined): void {
    this.#begun = NOTHING;
    this.#open = at;
  }

  #end(bytes: Buffer, start: number, end: number, decisions: LoggedDecision[]): void {
    if (this.#open !== undefined) {
      const rest = bytes.subarray(this.#open, end);
      const whole = this.#begun.length === 0 ? rest : Buffer.concat([this.#begun, rest]);
      decisions.push(new LoggedDecision(this.#auditFile, whole, whole.length - (end - start)));
    }
    this.#begin(undefined);
  }
}

/** What a line is to a decision: its beginning, a stage of it, its end, nothing, or no event at all. */
type LineKind = 'received' | 'stage' | 'made' | 'other' | 'strange';
type KindAt = (start: number, end: number) => LineKind;

const KINDS: readonly { type: Buffer; kind: LineKind }[] = [
  { type: 'plan_received', kind: 'received' as const },
  ...Object.values(STAGE_EVENTS).map((type) => ({ type, kind: 'stage' as const })),
  { type: 'decision_made', kind: 'made' as const },
].map(({ type, kind }) => ({ type: Buffer.from(`${type}"`), kind }));

/** Tells what the lines of a chunk are, each by the bytes of its type; they are asked for in order. */
function kindsIn(bytes: Buffer): KindAt {
  let at = -1;
  return (start, end) => {
    // Looked for once: lines without a type would otherwise each search all that follows them.
    if (at < start && at !== bytes.length) {
      const found = bytes.indexOf(EVENT_TYPE, start);
      at = found < 0 ? bytes.length : found;
    }
    return at >= end ? 'strange' : kindOf(bytes, at + EVENT_TYPE.length);
  };
}

function kindOf(bytes: Buffer, at: number): LineKind {
  for (const { type, kind } of KINDS) if (isAt(bytes, at, type)) return kind;
  return 'other';
}

function isAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index += 1)
    if (bytes[at + index] !== expected[index]) return false;
  return true;
}

function eventOf(raw: Buffer): AuditEvent {
  return parseJson(decodeLine(raw)) as unknown as AuditEvent;
}
