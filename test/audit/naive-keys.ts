import { naiveSigned } from './naive-checkpoint.ts';
import { naiveEvents } from './naive-verifier.ts';

/*
 * The third part of the second verifier, from docs/audit-format.md alone: which key may have signed which checkpoint.
 */

type Rotation = { sequence: number; old: string; next: string };

/** The rotations of the log's own key, in the order of the log. */
function rotationsOf(log: Buffer): Rotation[] {
  return naiveEvents(log).flatMap((event) => {
    const payload = event['payload'] as Record<string, string>;
    if (event['event_type'] !== 'key_rotated' || payload['purpose'] !== 'log') return [];
    return [
      { sequence: Number(event['sequence']), old: payload['old_key'] ?? '', next: payload['new_key'] ?? '' },
    ];
  });
}

/** What is wrong with who signed the checkpoints of a log, or `undefined`. */
export function naiveKeyFault(log: Buffer, notes: readonly string[]): string | undefined {
  for (const { sequence, old, next } of rotationsOf(log)) {
    for (const note of notes) {
      const size = Number(note.split('\n')[1]);
      if (size > sequence && naiveSigned(note, old) && !naiveSigned(note, next))
        return `event ${sequence} replaced the key that signed ${size} events alone`;
    }
    const isShown = notes.some((note) => {
      return Number(note.split('\n')[1]) > sequence && naiveSigned(note, old) && naiveSigned(note, next);
    });
    if (!isShown) return `no checkpoint shows that the key of event ${sequence} took over`;
  }
  return undefined;
}

/** The keys that whoever trusts one of them has to trust. */
export function naiveTrust(log: Buffer, notes: readonly string[], trusted: string): string[] {
  const keys = [trusted];
  for (const { sequence, old, next } of rotationsOf(log)) {
    const isShown = notes.some((note) => {
      return Number(note.split('\n')[1]) > sequence && naiveSigned(note, old) && naiveSigned(note, next);
    });
    if (keys.includes(old) && isShown) keys.push(next);
  }
  return keys;
}
