import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, type EventContext, type EventDraft } from '../../src/audit/event.ts';
import { EventIds } from '../../src/audit/event-id.ts';
import { type EventPlace, eventLine, NO_HASH } from '../../src/audit/event-line.ts';
import { groupFrame, prepareEvent } from '../../src/audit/prepared-group.ts';
import { canonicalJson, sha256 } from '../../src/json/canonical.ts';

const TIMESTAMP = '2026-11-02T09:14:07.215Z';

describe('eventLine', () => {
  it('writes the line of the format page', () => {
    const context = { trace_id: 'run-123', tenant_id: 'acme-corp', policy_bundle: 'sha256:9b0d' };
    const draft = { event_type: 'policy_evaluated', decision: 'block', tool_name: 'send_email' } as const;
    const place = {
      event_id: 'id',
      sequence: 7,
      prev_hash: NO_HASH,
      trace_sequence: 0,
      trace_prev_hash: NO_HASH,
      timestamp: TIMESTAMP,
    };
    const { line, hash } = lineOf(context, { ...draft, payload: { a: 1 } }, place);
    expect(line).toBe(
      `{"decision":"block","event_id":"id","event_type":"policy_evaluated","hash":"${hash}","payload":{"a":1},` +
        `"policy_bundle":"sha256:9b0d","prev_hash":"${NO_HASH}","schema_version":"1.0","sequence":7,` +
        `"tenant_id":"acme-corp","timestamp":"${TIMESTAMP}","tool_name":"send_email","trace_id":"run-123",` +
        `"trace_prev_hash":"${NO_HASH}","trace_sequence":0}`,
    );
  });

  it('is, for any event, what canonical JSON makes of it, with the hash of the rest inside', () => {
    fc.assert(
      fc.property(anyContext(), anyDraft(), fc.nat(), (context, draft, sequence) => {
        const place = {
          event_id: 'id',
          sequence,
          prev_hash: NO_HASH,
          trace_sequence: 3,
          trace_prev_hash: NO_HASH,
          timestamp: TIMESTAMP,
        };
        const { line, hash } = lineOf(context, draft, place);
        const { trace_sequence, trace_prev_hash, ...log } = place;
        const trace = context.trace_id === undefined ? {} : { trace_sequence, trace_prev_hash };
        const rest = { ...context, ...draft, ...log, ...trace, schema_version: '1.0' };
        expect(hash).toBe(sha256(canonicalJson(rest)));
        expect(line).toBe(canonicalJson({ ...rest, hash }));
      }),
      { numRuns: 500 },
    );
  });
});

describe('EventIds', () => {
  const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  it('are UUIDv7 of the given time, all different and in order, also within one millisecond', () => {
    const ids = new EventIds();
    const made = Array.from({ length: 3_000 }, (_, index) =>
      ids.next(1_793_610_847_215 + Math.floor(index / 1_000)),
    );
    expect(made.every((id) => UUID_V7.test(id))).toBe(true);
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(3_000);
    expect(Number.parseInt(made[1_000]?.replace('-', '').slice(0, 12) ?? '', 16)).toBe(1_793_610_847_216);
  });

  it('stay in order when one millisecond has no room for more', () => {
    const ids = new EventIds();
    const made = Array.from({ length: 10_000 }, () => ids.next(1_793_610_847_215));
    made.push(ids.next(1_793_610_847_216), ids.next(1_793_610_847_300));
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(10_002);
  });
});

function lineOf(context: EventContext, draft: EventDraft, place: EventPlace) {
  const event = prepareEvent(draft);
  return eventLine(groupFrame(context), event, { payload: event.payload, place });
}

function anyContext(): fc.Arbitrary<EventContext> {
  return fc.record(
    {
      trace_id: text(),
      execution_plan_id: text(),
      tenant_id: text(),
      agent_id: text(),
      agent_name: text(),
      agent_type: text(),
      policy_bundle: text(),
      runtime_mode: text(),
      budget_context: text(),
      provenance: fc.constant({ z: [1, { b: '"hash":"' }], a: 'ü' }),
    },
    { requiredKeys: [] },
  );
}

function anyDraft(): fc.Arbitrary<EventDraft> {
  return fc.record(
    {
      event_type: fc.constantFrom(...EVENT_TYPES),
      step_id: text(),
      tool_name: text(),
      decision_stage: text(),
      decision: text(),
      reason: text(),
      control: text(),
      payload: fc.dictionary(text(), fc.jsonValue()),
    },
    { requiredKeys: ['event_type'] },
  );
}

function text(): fc.Arbitrary<string> {
  return fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"hash":"sha256:x",', '\\', '\u0000', ''));
}
