import type { EventGroup, Receipt } from '../audit/event.ts';
import { type HoldsSecret, refuseSecretIds } from '../audit/secret-id.ts';
import { NoteError } from '../tlog/note-error.ts';
import { isKeyName, parseVerifierKey } from '../tlog/note-key.ts';
import type { Caller } from '../tokens/caller.ts';
import type { HeldBack } from './held-back.ts';
import { IngestError, RefusedRun } from './ingest-error.ts';
import type { IngestLink } from './ingest-link.ts';
import type { RunSummary } from './ingested-log.ts';
import type { OriginRecord, OriginState } from './origin-record.ts';

/** Largest body of one request. A log is handed over in as many as it takes. */
export const MAX_RUN_BYTES = 16 * 1024 * 1024;
/** Requests that hand something over at once, and those of one tenant: whoever sends slowly holds up itself. */
const MAX_RUNS = 8;
const MAX_RUNS_OF_TENANT = 4;

type Deps = {
  link: Pick<IngestLink, 'call'>;
  /** Makes an event group durable; rejects where it cannot. */
  record: (group: EventGroup) => Promise<Receipt>;
  holdsSecret: HoldsSecret;
  clock: () => number;
  followed: Pick<HeldBack, 'hold'>;
  /** The gateway's own log, which is nobody else's. */
  origin: string;
};

export type IngestAnswer = RunSummary & {
  origin: string;
  /** Where the gateway's own log says so; absent where nothing was new. */
  audit?: { log: string; sequence: number; hash: string; first_event_id: string; last_event_id: string };
};

/**
 * Logs of other processes, taken over. The lines stay as they came, in a directory of their own; the gateway's log
 * says of each part when it came, from whom, and which hash and root it led to.
 */
export class Ingest {
  readonly #deps: Deps;
  readonly #states = new Map<string, OriginState>();
  /** Origins that hand something over, and whose they are. */
  readonly #busy = new Map<string, string>();
  #registering: Promise<unknown> = Promise.resolve();

  private constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** `isEmpty`: nothing was ever registered, and no thread is needed to see that. */
  static async open(deps: Deps, isEmpty: boolean): Promise<Ingest> {
    const ingest = new Ingest(deps);
    if (isEmpty) return ingest;
    for (const state of (await deps.link.call('states')) as OriginState[])
      ingest.#states.set(state.origin, state);
    return ingest;
  }

  /** The origins of a tenant (`*`: all), by name. */
  origins(tenantId: string): OriginState[] {
    const all = [...this.#states.values()].toSorted((a, b) => (a.origin < b.origin ? -1 : 1));
    return tenantId === '*' ? all : all.filter(({ tenant_id }) => tenant_id === tenantId);
  }

  /**
   * Lets a log be handed over, signed by this key from now on. Rejects with `origin_taken` where another tenant has it,
   * `origin_key_invalid` where the key is not one of this origin, and with `SecretId`.
   */
  async register(
    { origin, verifier_key, tenant_id }: Pick<OriginRecord, 'origin' | 'verifier_key' | 'tenant_id'>,
    by: Pick<Caller, 'name'>,
  ): Promise<OriginState> {
    refuseSecretIds(
      [
        { pointer: '/origin', id: origin },
        { pointer: '/tenant_id', id: tenant_id },
      ],
      this.#deps.holdsSecret,
    );
    assertKeyOf(origin, verifier_key);
    // One after the other: whoever comes second sees whose the log is.
    const turn = this.#registering.then(() => this.#register({ origin, verifier_key, tenant_id }, by));
    this.#registering = turn.catch(() => undefined);
    return turn;
  }

  async #register(
    { origin, verifier_key, tenant_id }: Pick<OriginRecord, 'origin' | 'verifier_key' | 'tenant_id'>,
    by: Pick<Caller, 'name'>,
  ): Promise<OriginState> {
    const { record, link, clock } = this.#deps;
    const known = this.#states.get(origin);
    if (origin === this.#deps.origin || (known !== undefined && known.tenant_id !== tenant_id))
      throw new IngestError(
        'origin_taken',
        `a log ${origin} is known here, and is not of tenant ${tenant_id}`,
      );
    if (known?.verifier_key === verifier_key) return known;
    const registered_at = new Date(clock()).toISOString();
    const kept: OriginRecord = { origin, tenant_id, verifier_key, registered_by: by.name, registered_at };
    const previous = known === undefined ? {} : { previous_key: known.verifier_key };
    const payload = { origin, verifier_key, ...previous, by: by.name };
    await record({ context: { tenant_id }, events: [{ event_type: 'audit_origin_registered', payload }] });
    await link.call('register', kept);
    const state: OriginState = { next_sequence: 0, bytes: 0, ...known, ...kept };
    this.#states.set(origin, state);
    return state;
  }

  /**
   * Takes over the next part of a log. Nothing of it counts where it does not hold to its end. Rejects with
   * `origin_not_found`, `ingest_refused` and `ingest_conflict` (both recorded), `too_many_ingests`, `body_too_large`.
   */
  async push(
    { origin, isHead }: { origin: string; isHead: boolean },
    body: AsyncIterable<Uint8Array>,
    caller: Caller,
  ): Promise<IngestAnswer> {
    const state = this.origins(caller.tenant_id).find((one) => one.origin === origin);
    if (state === undefined)
      throw new IngestError('origin_not_found', `no log ${origin} is registered in this tenant`);
    this.#assertRoom(state);
    this.#busy.set(origin, state.tenant_id);
    try {
      await this.#deps.link.call('begin', origin);
      return await this.#take(state, { isHead, body, caller });
    } catch (error) {
      await this.#deps.link.call('abort', origin).catch(() => undefined);
      throw await this.#refusalOf(error, state, caller);
    } finally {
      this.#busy.delete(origin);
    }
  }

  #assertRoom({ origin, tenant_id }: OriginRecord): void {
    const ofTenant = [...this.#busy.values()].filter((one) => one === tenant_id).length;
    if (!this.#busy.has(origin) && this.#busy.size < MAX_RUNS && ofTenant < MAX_RUNS_OF_TENANT) return;
    throw new IngestError(
      'too_many_ingests',
      `the log ${origin} is being handed over, or ${MAX_RUNS_OF_TENANT} others of tenant ${tenant_id} are, or ${MAX_RUNS} of all`,
    );
  }

  async #take(state: OriginState, run: { isHead: boolean; body: AsyncIterable<Uint8Array>; caller: Caller }) {
    const { link } = this.#deps;
    const { origin } = state;
    let bytes = 0;
    for await (const chunk of run.body) {
      bytes += chunk.byteLength;
      if (bytes > MAX_RUN_BYTES)
        throw new IngestError(
          'body_too_large',
          `one request hands over at most ${MAX_RUN_BYTES} bytes: send several`,
        );
      // A chunk is looked at before the next one is taken: whoever sends faster waits.
      await link.call('take', origin, new Uint8Array(chunk));
    }
    const summary = (await link.call('finish', origin, run.isHead)) as RunSummary;
    const receipt = await this.#accept(state, summary, run.caller);
    const { next_sequence, head_hash } = summary;
    if (summary.events > 0)
      this.#states.set(origin, {
        ...this.#stateOf(origin),
        next_sequence,
        head_hash,
        bytes: state.bytes + summary.bytes,
      });
    return { origin, ...summary, ...(receipt !== undefined && { audit: this.#placed(receipt) }) };
  }

  /** Whoever follows the log waits before the event until it is known whether the part counts. */
  async #accept(state: OriginState, summary: RunSummary, caller: Caller): Promise<Receipt | undefined> {
    const { link, clock, followed } = this.#deps;
    const release = followed.hold();
    try {
      const receipt = summary.events === 0 ? undefined : await this.#recordRun(state, summary, caller);
      await link.call('accept', state.origin, new Date(clock()).toISOString(), receipt?.last_sequence);
      return receipt;
    } finally {
      release();
    }
  }

  #placed({ last_sequence: sequence, hash, first_event_id, last_event_id }: Receipt) {
    return { log: this.#deps.origin, sequence, hash, first_event_id, last_event_id };
  }

  #stateOf(origin: string): OriginState {
    return this.#states.get(origin) as OriginState;
  }

  #recordRun({ origin, tenant_id }: OriginRecord, summary: RunSummary, caller: Caller): Promise<Receipt> {
    const { first_sequence, events, bytes, head_hash, root, checkpoint_size } = summary;
    const payload = {
      ...{ origin, first_sequence, events, bytes, head_hash, root, checkpoint_size },
      by: { name: caller.name, token_id: caller.token_id },
    };
    return this.#deps.record({ context: { tenant_id }, events: [{ event_type: 'audit_ingested', payload }] });
  }

  /** A log that does not hold is something to know of, not only for who sent it. */
  async #refusalOf(error: unknown, { origin, tenant_id }: OriginRecord, caller: Caller): Promise<unknown> {
    if (!(error instanceof RefusedRun)) return error;
    const { refusal } = error;
    const { reason, sequence, message } = refusal;
    const payload = {
      ...{ origin, reason, message, ...(sequence !== undefined && { sequence }) },
      by: { name: caller.name, token_id: caller.token_id },
    };
    const events = [{ event_type: 'audit_ingest_refused' as const, payload }];
    await this.#deps.record({ context: { tenant_id }, events });
    return new IngestError(
      refusal.code,
      `${message} (${reason}); nothing of this request was taken over`,
      refusal,
    );
  }
}

function assertKeyOf(origin: string, verifierKey: string): void {
  try {
    if (isKeyName(origin) && parseVerifierKey(verifierKey).name === origin) return;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new IngestError('origin_key_invalid', error.message);
  }
  throw new IngestError(
    'origin_key_invalid',
    `the key is not one of ${origin}: it begins with the name of its log`,
  );
}
