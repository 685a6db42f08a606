import { type OutgoingLog, outgoingLog, outgoingRuns } from '../ingest/outgoing-runs.ts';
import {
  AUDIT_FILE,
  auditFileOf,
  BROKEN,
  type Command,
  type Given,
  type Terminal,
  UsageError,
} from './command.ts';
import {
  get,
  postLines,
  REFUSED,
  type Reply,
  refused,
  type Server,
  TOKEN,
  tokenIn,
} from './gateway-client.ts';
import { barOf, Progress } from './progress.ts';
import { safeJson, safeText } from './safe-text.ts';

export const auditPushCommand: Command = {
  name: 'audit push',
  summary: 'Hand over the log of a process that decides for itself to a gateway (role runtime or operator)',
  options: {
    to: { value: 'URL', description: 'the gateway, at which the log is registered (POST /audit/origins)' },
    ...AUDIT_FILE,
    ...TOKEN,
    json: { description: 'what was handed over as JSON' },
  },
  exits: {
    [REFUSED]: 'the gateway refuses: its reasons are on standard error',
    [BROKEN]:
      'the log does not hold, or is not the one that was handed over before: the first event that is wrong is on standard error',
  },
  run: push,
};

type Pushed = {
  origin: string;
  events: number;
  duplicates: number;
  next_sequence: number;
  head_hash: string;
};

/** Goes on where an earlier call ended, however it did: the gateway says which event comes next. */
async function push(given: Given, terminal: Terminal): Promise<number> {
  const { to } = given;
  if (typeof to !== 'string') throw new UsageError('--to URL is needed: the gateway that takes the log');
  const auditFile = auditFileOf(given);
  const server = { url: to, token: await tokenIn(given) };
  const log = await outgoingLog(auditFile);
  const state = await get(server, `/audit/origins?${new URLSearchParams({ origin: log.origin })}`);
  if (state.status !== 200) return refused(state, terminal);
  const [known] = state.body['origins'] as { next_sequence: number }[];
  if (known === undefined) {
    terminal.err(safeText(`refused: ${to} has no log ${log.origin}: register it with POST /audit/origins`));
    terminal.err('\n');
    return REFUSED;
  }
  const total: Pushed = {
    origin: log.origin,
    events: 0,
    duplicates: 0,
    next_sequence: known.next_sequence,
    head_hash: '',
  };
  const failed = await pushRuns({ server, auditFile, log, from: known.next_sequence, terminal }, total);
  if (failed !== undefined) return isBroken(failed) ? brokenLog(failed, terminal) : refused(failed, terminal);
  const { events, next_sequence } = total;
  const said = `${events.toLocaleString('en')} events of ${log.origin} handed over, ${next_sequence.toLocaleString('en')} in all`;
  terminal.out(given['json'] === true ? safeJson(total) : `${safeText(said)}\n`);
  return 0;
}

type Work = { server: Server; auditFile: string; log: OutgoingLog; from: number; terminal: Terminal };

/** Resolves with the answer that ended it, where that is no success. */
async function pushRuns(
  { server, auditFile, log, from, terminal }: Work,
  total: Pushed,
): Promise<Reply | undefined> {
  const progress = new Progress(terminal);
  try {
    for await (const { body, events, isHead } of outgoingRuns(auditFile, log, { from })) {
      const query = new URLSearchParams({ origin: log.origin, head: String(isHead) });
      const reply = await postLines(server, `/audit/ingest?${query}`, new Uint8Array(body));
      if (reply.status !== 200) return reply;
      const taken = reply.body as Pushed;
      total.events += taken.events;
      total.duplicates += taken.duplicates;
      total.next_sequence = taken.next_sequence;
      total.head_hash = taken.head_hash;
      progress.show(() => `${barOf(events, log.size)} events handed over`);
    }
    return undefined;
  } finally {
    progress.end();
  }
}

function isBroken({ body }: Reply): boolean {
  return body['code'] === 'ingest_refused' || body['code'] === 'ingest_conflict';
}

function brokenLog(reply: Reply, terminal: Terminal): number {
  refused(reply, terminal);
  return BROKEN;
}
