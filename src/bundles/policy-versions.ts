import type { EventType } from '../audit/event.ts';
import type { SamePerson } from '../policy/person-name.ts';
import {
  assertSchedule,
  CONFIRM_WITHIN_MS,
  closed,
  confirmed,
  isDue,
  isExpired,
  MAX_WAITING,
  waitingStatus,
} from '../versions/activation-rules.ts';
import type {
  ActivationRequest,
  ActivationSource,
  Person,
  PolicyVersion,
  Publication,
  RequestStatus,
} from '../versions/records.ts';
import { versionOf } from '../versions/version-book.ts';
import { VersionError } from '../versions/version-error.ts';
import { fileHashes } from './file-hashes.ts';
import type { PolicyFiles } from './load-policy-set.ts';
import type { SignedManifest } from './manifest.ts';
import { CandidateError } from './policy-errors.ts';
import { type GivenFiles, mergedFiles } from './policy-files.ts';
import type { CheckedSet, CheckedVersion, LoadedVersion } from './policy-loader.ts';
import type { PolicySwitch } from './policy-switch.ts';

type Deps = {
  policies: PolicySwitch;
  newId: (prefix: string) => string;
  /** People that an activation takes, whoever asks for it among them. */
  required: number;
  isSamePerson: SamePerson;
};

type Actor = Person & { token_id: string };
type Signatures = SignedManifest['signatures'];

/** Who a change of the policy directory is recorded of. */
export const DIRECTORY = 'policy directory';

/** What goes with files that are published. */
export type Published = { note?: string; signatures?: Signatures; complete?: boolean };

/** What may be asked of an activation. */
export type Asked = { at?: string; note?: string };

/**
 * Versions of policies over the API: published, activated now or at a time, confirmed where that takes several people, rolled
 * back. Each change is durable before it is answered, and one comes after the other.
 */
export class PolicyVersions {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Checks and keeps files as a version; those left out are those of the active one, unless these are `complete`, and `null` takes one out. The
   * same again changes nothing. `mayChange` sees the set and throws where this caller may not publish it. Throws `CandidateError`,
   * `unsigned_bundle`, `wrong_signature`, `too_many_checks`.
   */
  async publish(
    given: GivenFiles,
    { note, signatures, complete }: Published,
    by: { person: Actor; mayChange: (set: CheckedSet) => void },
  ): Promise<{ publication: Publication; isNew: boolean }> {
    const { policies } = this.#deps;
    const files = mergedFiles(complete === true ? {} : policies.active.source.files, given);
    const manifest = signatures && manifestOf(files, signatures);
    // Not in turn: no activation waits until so much is checked.
    const found = await policies.check({ files, ...(manifest && { manifest }) });
    if (found.checked === undefined) throw new CandidateError(found.problems);
    by.mayChange(found.checked);
    return policies.inTurn(async () => {
      const known = policies.book.publication(found.version);
      if (known !== undefined && known.signed_by === found.version.signed_by) {
        await policies.keep(found);
        return { publication: known, isNew: false };
      }
      return { publication: await this.#publish(found, by.person.name, note), isNew: true };
    });
  }

  /**
   * Makes a set active, or asks for it: at its time, and once another person has confirmed where that is needed. It is named by
   * its `files_hash`, or by its version where that has no other. The answer's `status` says which. Throws `policy_not_found`,
   * `version_ambiguous`, `policy_unavailable`, `invalid_schedule`, `too_many_activations`.
   */
  activate(name: string, asked: Asked, person: Actor): Promise<ActivationRequest> {
    return this.#deps.policies.inTurn(async () => {
      const known = this.#deps.policies.book.one(name);
      if (known === undefined) throw new VersionError('policy_not_found', `there is no bundle ${name}`);
      return this.#ask(known, 'api', { ...asked, person });
    });
  }

  /** The same for a set that was active before: the last one that was, unless it is named. */
  rollback(name: string | undefined, asked: { note?: string }, person: Actor): Promise<ActivationRequest> {
    return this.#deps.policies.inTurn(async () => {
      const { book } = this.#deps.policies;
      const known = name === undefined ? book.before : book.oneActivated(name);
      if (known !== undefined) return this.#ask(known, 'rollback', { ...asked, person });
      if (name === undefined)
        throw new VersionError('nothing_to_roll_back', 'no other version was active before this one');
      throw new VersionError('policy_not_found', `no bundle ${name} was active before`);
    });
  }

  /** One more person stands behind a request; with the last one it becomes active, or waits for its time. */
  confirm(id: string, { note }: { note?: string }, person: Actor): Promise<ActivationRequest> {
    const { policies } = this.#deps;
    return policies.inTurn(async () => {
      const word = { at: policies.now, ...(note !== undefined && { note }) };
      const { isSamePerson } = this.#deps;
      const next = confirmed(this.get(id), { person, isSamePerson }, word);
      await this.#change('policy_activation_confirmed', next, { by: person.name, ...(note && { note }) });
      return isDue(next, policies.now) ? this.#finish(next) : next;
    });
  }

  /** Takes a request back. */
  cancel(id: string, { note }: { note?: string }, person: Actor): Promise<ActivationRequest> {
    const { policies } = this.#deps;
    return policies.inTurn(() =>
      this.#close(this.get(id), 'cancelled', { by: person.name, ...(note && { reason: note }) }),
    );
  }

  /** Throws `activation_not_found`. */
  get(id: string): ActivationRequest {
    const request = this.#deps.policies.book.request(id);
    if (request !== undefined) return request;
    throw new VersionError('activation_not_found', `there is no activation ${id}`);
  }

  /** Newest first. */
  list(status?: RequestStatus): ActivationRequest[] {
    const all = this.#deps.policies.book.requests();
    return status === undefined ? all : all.filter((request) => request.status === status);
  }

  /** Has a changed directory wait for the people it takes; what it asked for before is taken back. */
  async askForDirectory(loaded: LoadedVersion, directory_hash: string): Promise<void> {
    const { policies, required } = this.#deps;
    for (const earlier of policies.book.waiting().filter(({ source }) => source === 'directory'))
      await this.#close(earlier, 'cancelled', { reason: 'the directory has changed again' });
    await this.#publish(loaded, DIRECTORY);
    const request = this.#request(loaded.version, 'directory', { person: { name: DIRECTORY } });
    await this.#change('policy_activation_requested', { ...request, required, directory_hash });
  }

  /** Ends what ran out and activates what is due, in the order of the times. Rejects where that cannot be recorded. */
  async runDue(): Promise<void> {
    const { policies } = this.#deps;
    if (policies.book.waiting().length === 0) return;
    await policies.inTurn(async () => {
      const { now } = policies;
      const waiting = policies.book.waiting();
      for (const request of waiting.filter((one) => isExpired(one, now)))
        await this.#close(request, 'expired', { reason: 'not confirmed in time' });
      const due = waiting.filter((one) => isDue(one, now));
      for (const request of due.sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1)))
        await this.#finish(request).catch((error) => this.#fail(request, error));
    });
  }

  async #publish(loaded: LoadedVersion | CheckedVersion, by: string, note?: string): Promise<Publication> {
    const { policies } = this.#deps;
    await policies.keep(loaded);
    const publication = {
      ...{ ...loaded.version, published_at: policies.now, published_by: by },
      ...(note !== undefined && { note }),
    };
    await this.#record('policy_published', loaded.version, { publication, by });
    policies.book.add({ kind: 'publication', record: publication });
    return publication;
  }

  async #ask(
    version: PolicyVersion,
    source: ActivationSource,
    asked: Asked & { person: Actor },
  ): Promise<ActivationRequest> {
    const { policies } = this.#deps;
    if (asked.at !== undefined) assertSchedule(asked.at, policies.deps.clock());
    if (policies.book.waiting().length >= MAX_WAITING)
      throw new VersionError('too_many_activations', `${MAX_WAITING} activations wait already: cancel some`);
    const request = this.#request(versionOf(version), source, asked);
    if (isDue(request, policies.now)) return this.#finish(request);
    await policies.keptFiles(version);
    return this.#change('policy_activation_requested', request, { by: asked.person.name });
  }

  #request(
    version: PolicyVersion,
    source: ActivationSource,
    { person, at, note }: Asked & { person: Person },
  ): ActivationRequest {
    const { policies, newId, required } = this.#deps;
    const request: ActivationRequest = {
      ...{ activation_id: newId('act'), status: 'awaiting_confirmation', version, source },
      ...{ requested_by: person, requested_at: policies.now, required, confirmed_by: [] },
      ...(note !== undefined && { note }),
      ...(at !== undefined && { at }),
      expires_at: new Date(policies.deps.clock() + CONFIRM_WITHIN_MS).toISOString(),
    };
    return { ...request, status: waitingStatus(request) };
  }

  /** The version is loaded again as it was kept: nothing is decided under files that were changed meanwhile. */
  async #finish(request: ActivationRequest): Promise<ActivationRequest> {
    const { policies } = this.#deps;
    const loaded = await policies.loadKept(request.version);
    const done = closed(request, 'activated', { at: policies.now });
    const last = done.confirmed_by.at(-1)?.name ?? done.requested_by.name;
    await policies.activate(loaded, {
      source: done.at === undefined ? done.source : 'schedule',
      by: last,
      ...(done.note !== undefined && { note: done.note }),
      directory_hash: done.directory_hash ?? policies.book.directoryHash ?? '',
      request: done,
    });
    return done;
  }

  /** A version that cannot be used any more ends its request; what cannot be recorded is tried again. */
  async #fail(request: ActivationRequest, error: unknown): Promise<void> {
    if (!(error instanceof VersionError)) throw error;
    await this.#close(request, 'failed', { reason: error.message });
  }

  #close(
    request: ActivationRequest,
    status: 'cancelled' | 'expired' | 'failed',
    how: { by?: string; reason?: string },
  ): Promise<ActivationRequest> {
    const next = closed(request, status, { at: this.#deps.policies.now, ...how });
    return this.#change(`policy_activation_${status}`, next, how);
  }

  async #change(
    event_type: EventType,
    request: ActivationRequest,
    said: Record<string, unknown> = {},
  ): Promise<ActivationRequest> {
    await this.#record(event_type, request.version, { request, ...said });
    this.#deps.policies.book.add({ kind: 'request', record: request });
    return request;
  }

  async #record(event_type: EventType, version: PolicyVersion, payload: Record<string, unknown>) {
    const context = { policy_bundle: version.version };
    await this.#deps.policies.deps.record({ context, events: [{ event_type, payload }] });
  }
}

function manifestOf(files: PolicyFiles, signatures: Signatures): SignedManifest {
  return { files: fileHashes(files), signatures };
}
