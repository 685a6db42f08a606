import type { CommittedGroup, EventContext, EventDraft } from '../../audit/event.ts';
import { planRef } from '../../budgets/plan-ref.ts';
import { StoreError } from '../store-error.ts';

/** One event, as the tables read it: before it has a place in the log, or with one. */
export type ReadEvent = { event: EventDraft; context: EventContext };

/** What an event changes, once its group is committed. Touches nothing but the tables, and reads nothing of the payload. */
export type Change = (group: CommittedGroup) => void;

/**
 * Reads all that tables need of an event and answers what it changes; changes nothing itself. Throws `malformed_event`
 * where the payload is not what its type promises, so that such an event can be refused before it is durable.
 */
export type EventHandler = (read: ReadEvent) => Change;

export type EventHandlers = { [Type in EventDraft['event_type']]?: EventHandler };

/** A table that the log fills. */
export type ProjectedTable = {
  handlers: EventHandlers;
  /** What remains to be done for an event of a log that its handler cannot read: what is restrictive. */
  salvage?: EventHandlers;
  /** For what a table gathers over the groups of a batch: empties it, and writes it, in the transaction of the batch. */
  gathered?: { clear(): void; write(): void };
};

/** A text member of the event's payload. */
export function textOf(read: ReadEvent, member: string): string {
  const value = read.event.payload?.[member];
  if (typeof value !== 'string') throw malformed(read, member);
  return value;
}

export function optionalTextOf({ event }: ReadEvent, member: string): string | null {
  const value = event.payload?.[member];
  return typeof value === 'string' ? value : null;
}

/** An object member of the event's payload, whose text members `required` are there. */
export function objectOf(
  read: ReadEvent,
  member: string,
  required: readonly string[],
): Record<string, unknown> {
  const value = read.event.payload?.[member];
  return checkedObject(read, member, value, required);
}

/** A list of objects; an absent member is an empty list. */
export function objectsOf(
  read: ReadEvent,
  member: string,
  required: readonly string[],
): Record<string, unknown>[] {
  const values = read.event.payload?.[member] ?? [];
  if (!Array.isArray(values)) throw malformed(read, member);
  return values.map((value) => checkedObject(read, member, value, required));
}

/** A member that MUST be a non-negative integer. */
export function amountOf(read: ReadEvent, object: Record<string, unknown>, member: string): number {
  const value = object[member];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(read, member);
  return value;
}

/** The group's tenant, without which a change of state belongs to nobody. */
export function tenantOf(read: ReadEvent): string {
  const tenant = read.context.tenant_id;
  if (tenant === undefined) throw malformed(read, 'tenant_id');
  return tenant;
}

/** What reservations, permits and outcomes of the group's plan are filed under. */
export function planOf(read: ReadEvent): string {
  const { agent_id, execution_plan_id: plan } = read.context;
  if (plan === undefined) throw malformed(read, 'execution_plan_id');
  return planRef(agent_id, plan);
}

/** `value` where it is an object whose text members `required` are there; `member` names it in the error. */
export function checkedObject(
  read: ReadEvent,
  member: string,
  value: unknown,
  required: readonly string[],
): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(read, member);
  const object = value as Record<string, unknown>;
  for (const name of required) {
    if (typeof object[name] !== 'string') throw malformed(read, `${member}.${name}`);
  }
  return object;
}

function malformed({ event }: ReadEvent, member: string): StoreError {
  return new StoreError('malformed_event', `${event.event_type} has no usable ${member}`);
}
