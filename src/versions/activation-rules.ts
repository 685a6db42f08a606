import { isSameName, type SamePerson } from '../policy/person-name.ts';
import type { ActivationRequest, Person, RequestStatus } from './records.ts';
import { VersionError } from './version-error.ts';

/** How long a request waits for the people it takes. */
export const CONFIRM_WITHIN_MS = 24 * 3_600_000;
/** How far ahead an activation can be scheduled. */
export const SCHEDULE_WITHIN_MS = 366 * 24 * 3_600_000;
/** Requests that may wait at once. */
export const MAX_WAITING = 100;

/** True while the request can still become active. */
export function isWaiting({ status }: { status: RequestStatus }): boolean {
  return status === 'awaiting_confirmation' || status === 'scheduled';
}

/** Throws `invalid_schedule` for a time that is not ahead, or too far ahead to be meant. */
export function assertSchedule(at: string, nowMs: number): void {
  const ms = Date.parse(at);
  if (ms <= nowMs) throw new VersionError('invalid_schedule', `${at} is not ahead: leave \`at\` out for now`);
  if (ms > nowMs + SCHEDULE_WITHIN_MS)
    throw new VersionError('invalid_schedule', `${at} is more than 366 days ahead`);
}

/** People that stand behind a request. The directory is nobody: who writes its files is not known. */
function peopleBehind({ requested_by, confirmed_by }: ActivationRequest): Person[] {
  return [...(requested_by.token_id === undefined ? [] : [requested_by]), ...confirmed_by];
}

/** What a request is while it waits: for people, or for its time alone. */
export function waitingStatus(request: ActivationRequest): RequestStatus {
  return peopleBehind(request).length < request.required ? 'awaiting_confirmation' : 'scheduled';
}

/**
 * The request with the word of one more person. Throws `activation_closed` where it is over, `activation_not_waiting`
 * where it has all the people it takes, and `same_person` for somebody who stands behind it already: by token, or as one
 * person with somebody who does.
 */
export function confirmed(
  request: ActivationRequest,
  { person, isSamePerson }: { person: Person; isSamePerson: SamePerson },
  word: Word,
): ActivationRequest {
  assertOpen(request, word.at);
  if (request.status !== 'awaiting_confirmation')
    throw new VersionError(
      'activation_not_waiting',
      `the activation ${request.activation_id} waits for nobody`,
    );
  const isSame = (one: Person) => one.token_id === person.token_id || isSamePerson(one.name, person.name);
  const earlier = peopleBehind(request).find(isSame);
  if (earlier !== undefined) throw samePersonError(earlier.name, person.name);
  const next = { ...request, confirmed_by: [...request.confirmed_by, { ...person, ...word }] };
  return { ...next, status: waitingStatus(next) };
}

function samePersonError(earlier: string, name: string): VersionError {
  const why = isSameName(earlier, name)
    ? `${name} stands behind this already`
    : `${earlier} stands behind this already, and one of ${earlier} and ${name} had the other's token made`;
  return new VersionError('same_person', `${why}: it takes another person`);
}

type Word = { at: string; note?: string };

/** The request at its end. Throws `activation_closed` where that came before. */
export function closed(
  request: ActivationRequest,
  status: RequestStatus,
  how: NonNullable<ActivationRequest['closed']>,
): ActivationRequest {
  if (!isWaiting(request)) throw overError(request);
  return { ...request, status, closed: how };
}

/** True of a request whose time to be confirmed is over. */
export function isExpired({ status, expires_at }: ActivationRequest, now: string): boolean {
  return status === 'awaiting_confirmation' && expires_at <= now;
}

/** True of a request that has its people and whose time has come. */
export function isDue({ status, at }: ActivationRequest, now: string): boolean {
  return status === 'scheduled' && (at === undefined || at <= now);
}

function assertOpen(request: ActivationRequest, now: string): void {
  if (!isWaiting(request)) throw overError(request);
  if (isExpired(request, now))
    throw new VersionError('activation_closed', `the activation ran out at ${request.expires_at}`);
}

function overError({ activation_id, status }: ActivationRequest): VersionError {
  return new VersionError('activation_closed', `the activation ${activation_id} is ${status}`);
}
