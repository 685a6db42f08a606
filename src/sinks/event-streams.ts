import { Readable } from 'node:stream';
import type { EventFilter } from '../audit/event-filter.ts';
import type { Caller } from '../tokens/caller.ts';
import type { PartAsk, StartAsk, StreamPart, StreamPlace, StreamStart } from './stream-part.ts';
import { Wakeup } from './wakeup.ts';

export const MAX_STREAMS = 64;
export const MAX_STREAMS_PER_TOKEN = 8;
/** How long news of the log may wait. */
const NEWS_INTERVAL_MS = 100;
/** So often a stream that has nothing to say shows that it is there. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is cut. */
const STALL_MS = 30_000;
/** What is left of a stream that was told to end goes after this. */
const END_MS = 1_000;

/** `too_many_streams`: as many as there may be. `events_gone`, `events_ahead`: there is nothing to begin behind. */
export class StreamError extends Error {
  readonly code: 'too_many_streams' | 'events_gone' | 'events_ahead';

  constructor(code: StreamError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Deps = {
  /** How much of the log is durable. */
  log: { readonly size: number };
  start(ask: StartAsk): Promise<StreamStart>;
  read(ask: PartAsk): Promise<StreamPart>;
  heartbeatMs?: number;
  stallMs?: number;
};

type Asked = {
  caller: Caller;
  /** `log`: of this log alone, by its origin. */
  filter: EventFilter & { log?: string };
  /** Begin behind this event (−1: with the first); absent: with what comes from now on. */
  after?: StreamPlace;
  /** Whether the token still stands for somebody. */
  isActive(): boolean;
  /** Fires when the reader has gone, or is to go. */
  signal: AbortSignal;
};

/**
 * Events of the log as they become durable, for readers that stay.
 *
 * A stream holds one part of the log at a time and fetches the next when that is gone: what a slow reader has yet to
 * get is in the log, not in memory. One that takes nothing at all is cut, and can come back behind the last event it has.
 */
export class EventStreams {
  readonly #deps: Deps;
  readonly #counts = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Rejects with `StreamError`, and with what reading the log throws. */
  async open({ caller: { token_id }, after, signal, ...asked }: Asked): Promise<Readable> {
    const leave = this.#enter(token_id);
    try {
      const start = await this.#start(after);
      const stall = new AbortController();
      const parts = this.#parts({ ...asked, start, signal, stall });
      const stream = Readable.from(parts, { objectMode: false });
      stream.once('close', leave);
      stall.signal.addEventListener('abort', () => stream.destroy());
      // Ended as it should, or nobody is there any more who could end it.
      whenAborted(signal, () => setTimeout(() => stream.destroy(), END_MS).unref());
      return stream;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Takes a place among the streams; what is answered gives it back. */
  #enter(tokenId: string): () => void {
    const own = this.#counts.get(tokenId) ?? 0;
    const all = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    if (own >= MAX_STREAMS_PER_TOKEN) {
      throw new StreamError('too_many_streams', `A token has at most ${MAX_STREAMS_PER_TOKEN} streams.`);
    }
    if (all >= MAX_STREAMS) {
      throw new StreamError('too_many_streams', `There are at most ${MAX_STREAMS} streams.`);
    }
    this.#counts.set(tokenId, own + 1);
    return () => {
      const left = (this.#counts.get(tokenId) ?? 1) - 1;
      if (left > 0) this.#counts.set(tokenId, left);
      else this.#counts.delete(tokenId);
    };
  }

  async #start(after: StreamPlace | undefined): Promise<Exclude<StreamStart, string>> {
    const durable = this.#deps.log.size;
    const start = await this.#deps.start(after === undefined ? { durable } : { after, durable });
    if (start === 'gone') {
      throw new StreamError('events_gone', `What came behind event ${textOf(after)} is no longer kept.`);
    }
    if (start === 'ahead')
      throw new StreamError('events_ahead', `The log has no event ${textOf(after)} yet.`);
    return start;
  }

  async *#parts({ start, filter, isActive, signal, stall }: Begun): AsyncGenerator<string, void> {
    const { log, read, heartbeatMs = HEARTBEAT_MS, stallMs = STALL_MS } = this.#deps;
    const pause = new Wakeup();
    let { at, id } = start;
    let saidMs = Date.now();
    let text = `retry: 2000\n${idLine(id)}\n`;
    while (!signal.aborted && isActive()) {
      if (text !== '') {
        const cut = setTimeout(() => stall.abort(), stallMs);
        yield text;
        clearTimeout(cut);
        saidMs = Date.now();
      }
      text = '';
      const to = log.size;
      if (at.offset >= to && at.part === undefined)
        await pause.wait(Math.min(NEWS_INTERVAL_MS, heartbeatMs), signal);
      else ({ text, end: at, id } = await read({ from: at, to, filter }));
      // The id moves on past what the filter leaves out: whoever comes back need not look through it again.
      if (text === '' && Date.now() - saidMs >= heartbeatMs) text = `: still here\n${idLine(id)}\n`;
    }
    yield ': the end for now; come back with Last-Event-ID\n\n';
  }
}

type Begun = Pick<Asked, 'filter' | 'isActive' | 'signal'> & {
  start: Exclude<StreamStart, string>;
  /** Fired by a reader that takes nothing. */
  stall: AbortController;
};

/** Also where it was before anybody listened. */
function whenAborted(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) run();
  else signal.addEventListener('abort', run);
}

function textOf(place: StreamPlace | undefined): string {
  const { sequence, within } = place ?? { sequence: -1 };
  return within === undefined ? String(sequence) : `${sequence}.${within}`;
}

function idLine(id: string): string {
  return id === '' ? '' : `id: ${id}\n`;
}
