import { parseJson } from '../json/parse-json.ts';
import type { EventContext } from './event.ts';
import { eventContext } from './event-context.ts';
import { ends, indexOf, starts } from './line-scan.ts';

/*
 * What events in a row share, looked at as bytes: most lines of a group say again what the one before said, and need not
 * be parsed to see that.
 */

const MEMBERS = (
  [
    'agent_id',
    'agent_name',
    'agent_type',
    'budget_context',
    'execution_plan_id',
    'policy_bundle',
    'provenance',
    'runtime_mode',
    'tenant_id',
    'trace_id',
  ] as const
).map((name) => ({ name, index: indexOf(name), quote: name === 'provenance' ? '' : '"' }));

/** The context of a line that `scanLine` let through, as it stands there. */
export class LineContext {
  readonly #raw: Buffer;
  readonly #starts = new Int32Array(MEMBERS.length);
  readonly #ends = new Int32Array(MEMBERS.length);

  /** MUST be made before another line is scanned. */
  constructor(raw: Buffer) {
    this.#raw = raw;
    for (const [place, { index }] of MEMBERS.entries()) {
      this.#starts[place] = starts[index] ?? 0;
      this.#ends[place] = ends[index] ?? 0;
    }
  }

  /** Whether the line that was scanned last has the same. */
  isThatOf(raw: Buffer): boolean {
    for (let place = 0; place < MEMBERS.length; place += 1) {
      const index = MEMBERS[place]?.index ?? 0;
      const [start = 0, end = 0] = [starts[index], ends[index]];
      const [ownStart = 0, ownEnd = 0] = [this.#starts[place], this.#ends[place]];
      if (end === 0 && ownEnd === 0) continue;
      if (end - start !== ownEnd - ownStart || end === 0 || ownEnd === 0) return false;
      if (raw.compare(this.#raw, ownStart, ownEnd, start, end) !== 0) return false;
    }
    return true;
  }

  value(): EventContext {
    const members = MEMBERS.flatMap(({ name, quote }, place) => {
      const end = this.#ends[place] ?? 0;
      if (end === 0) return [];
      return [`"${name}":${quote}${this.#raw.toString('utf8', this.#starts[place], end)}${quote}`];
    });
    return eventContext(parseJson(`{${members.join(',')}}`) as EventContext);
  }
}
