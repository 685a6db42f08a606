import type { CommittedGroup, EventDraft } from '../../audit/event.ts';
import { planRef } from '../../budgets/plan-ref.ts';
import { StoreError } from '../store-error.ts';

/** One event of a committed group, as the tables read it. */
export type ProjectedEvent = { event: EventDraft; group: CommittedGroup };

/** Changes tables for one event. Throws `malformed_event` where the payload is not what its type promises. */
export type EventHandler = (projected: ProjectedEvent) => void;

export type EventHandlers = { [Type in EventDraft['event_type']]?: EventHandler };

/** A table that the log fills. */
export type ProjectedTable = {
  handlers: EventHandlers;
  /** For what a table gathers over the groups of a batch: empties it, and writes it, in the transaction of the batch. */
  gathered?: { clear(): void; write(): void };
};

/** A text member of the event's payload. */
export function textOf(projected: ProjectedEvent, member: string): string {
  const value = projected.event.payload?.[member];
  if (typeof value !== 'string') throw malformed(projected, member);
  return value;
}

export function optionalTextOf({ event }: ProjectedEvent, member: string): string | null {
  const value = event.payload?.[member];
  return typeof value === 'string' ? value : null;
}

/** An object member of the event's payload, whose text members `required` are there. */
export function objectOf(
  projected: ProjectedEvent,
  member: string,
  required: readonly string[],
): Record<string, unknown> {
  const value = projected.event.payload?.[member];
  return checkedObject(projected, member, value, required);
}

/** A list of objects; an absent member is an empty list. */
export function objectsOf(
  projected: ProjectedEvent,
  member: string,
  required: readonly string[],
): Record<string, unknown>[] {
  const values = projected.event.payload?.[member] ?? [];
  if (!Array.isArray(values)) throw malformed(projected, member);
  return values.map((value) => checkedObject(projected, member, value, required));
}

/** A member that MUST be a non-negative integer. */
export function amountOf(projected: ProjectedEvent, object: Record<string, unknown>, member: string): number {
  const value = object[member];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw malformed(projected, member);
  return value;
}

/** The group's tenant, without which a change of state belongs to nobody. */
export function tenantOf(projected: ProjectedEvent): string {
  const tenant = projected.group.context.tenant_id;
  if (tenant === undefined) throw malformed(projected, 'tenant_id');
  return tenant;
}

/** What reservations, permits and outcomes of the group's plan are filed under. */
export function planOf(projected: ProjectedEvent): string {
  const { agent_id, execution_plan_id: plan } = projected.group.context;
  if (plan === undefined) throw malformed(projected, 'execution_plan_id');
  return planRef(agent_id, plan);
}

function checkedObject(
  projected: ProjectedEvent,
  member: string,
  value: unknown,
  required: readonly string[],
): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(projected, member);
  const object = value as Record<string, unknown>;
  for (const name of required) {
    if (typeof object[name] !== 'string') throw malformed(projected, `${member}.${name}`);
  }
  return object;
}

function malformed({ event, group }: ProjectedEvent, member: string): StoreError {
  const place = `${event.event_type} in the group at sequence ${group.first_sequence}`;
  return new StoreError('malformed_event', `${place} has no usable ${member}`);
}
