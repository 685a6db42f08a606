import type { AuditEvent, EventDraft } from './event.ts';
import { followLog } from './follow-log.ts';
import { eventsOfTypes } from './own-events.ts';

/** That a key took the place of another; for the log's own both are verifier keys, otherwise key ids. */
export type KeyRotation = {
  sequence: number;
  purpose: string;
  old_key: string;
  new_key: string;
  reason: string;
  by: string;
};

/** Nothing else is written between a rotation and its end, but for what a few starts say of themselves. */
const TAIL_EVENTS = 100;

export function keyRotated(rotation: Omit<KeyRotation, 'sequence'>): EventDraft {
  return { event_type: 'key_rotated', payload: rotation };
}

/** What a `key_rotated` event says; members it lacks are empty. */
export function rotationOf({
  sequence,
  payload = {},
}: Pick<AuditEvent, 'sequence' | 'payload'>): KeyRotation {
  const text = (member: string): string => {
    const value = payload[member];
    return typeof value === 'string' ? value : '';
  };
  return {
    sequence,
    purpose: text('purpose'),
    old_key: text('old_key'),
    new_key: text('new_key'),
    reason: text('reason'),
    by: text('by'),
  };
}

/** The rotations among the last events of a log, oldest first; none where there is no log. */
export async function lastRotations(auditFile: string): Promise<KeyRotation[]> {
  const rotations: KeyRotation[] = [];
  for await (const { event } of followLog(auditFile, TAIL_EVENTS))
    if (event.event_type === 'key_rotated') rotations.push(rotationOf(event));
  return rotations;
}

/** All rotations of the log's own key that a log still tells of. Reads the whole log. */
export async function logKeyRotations(auditFile: string): Promise<KeyRotation[]> {
  const rotations: KeyRotation[] = [];
  for await (const event of eventsOfTypes(auditFile, ['key_rotated'])) {
    const rotation = rotationOf(event);
    if (rotation.purpose === 'log') rotations.push(rotation);
  }
  return rotations;
}
