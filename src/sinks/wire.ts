import type { LetterEntry } from './dead-letters.ts';
import type { SinkConfig } from './sink-config.ts';
import type { SinkStatus, SinkWord } from './sink-status.ts';
import type { PartAsk, StartAsk, StreamPart, StreamStart } from './stream-part.ts';

/** A sink with the secrets its configuration names. */
export type SinkTarget = { sink: SinkConfig; secrets: SinkSecrets };

export type SinkSecrets = {
  /** The value of the header Authorization. */
  authorization?: string;
  /** The keys that sign a webhook. */
  keys?: readonly Uint8Array[];
};

/** What the thread is started with. `durable`: bytes of the log that are, and may be followed. */
export type SinkThreadData = {
  auditFile: string;
  origin: string;
  /** Where positions and dead letters are kept. */
  directory: string;
  targets: readonly SinkTarget[];
  durable: number;
};

export type SinkReport = { status: SinkStatus; letters: readonly LetterEntry[] };

/** What the thread can be asked: the arguments of each question, and its answer. */
export type SinkCalls = {
  report: { ask: undefined; answer: SinkReport[] };
  streamStart: { ask: StartAsk; answer: StreamStart };
  streamPart: { ask: PartAsk; answer: StreamPart };
};
export type SinkCall = keyof SinkCalls;

export type ToSinks =
  | { type: 'durable'; size: number }
  | { type: 'retry'; sink: string; letters: readonly string[] }
  | { type: 'call'; id: number; name: SinkCall; ask: unknown }
  | { type: 'close' };

export type FromSinks =
  | { type: 'word'; word: SinkWord }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; message: string; code?: string };
