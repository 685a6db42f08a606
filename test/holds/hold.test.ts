import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type HoldScope, isHeldBy } from '../../src/holds/hold.ts';

const name = fc.constantFrom('a', 'b');
const time = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-01-02T00:00:00.000Z',
  '2026-01-03T00:00:00.000Z',
);
const absent = { requiredKeys: [] };
const scope = fc.record({ tenant_id: name, agent_id: name, trace_id: name, from: time, to: time }, absent);
const event = fc.record(
  { timestamp: time, tenant_id: name, agent_id: name, trace_id: name },
  { requiredKeys: ['timestamp'] },
);

it('keeps exactly the events that every member of its scope fits', () => {
  fc.assert(
    fc.property(scope, event, (given, seen) => {
      const names = ['tenant_id', 'agent_id', 'trace_id'] as const;
      const fits = names.filter((member) => member in given && given[member] !== seen[member]).length === 0;
      const isLater = !('from' in given) || Date.parse(seen.timestamp) >= Date.parse(given.from ?? '');
      const isEarlier = !('to' in given) || Date.parse(seen.timestamp) < Date.parse(given.to ?? '');
      expect(isHeldBy({ scope: given as HoldScope }, seen)).toBe(fits && isLater && isEarlier);
    }),
  );
});
