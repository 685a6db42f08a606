import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, type EventContext, type EventDraft, type EventGroup } from '../../src/audit/event.ts';
import { prepareGroup } from '../../src/audit/prepared-group.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import {
  type Confirmation,
  decodeConfirmations,
  decodeGroup,
  encodeConfirmations,
  encodeError,
  encodeGroup,
} from '../../src/recorder/wire.ts';
import { planGroup } from '../audit/plan-group.ts';

/** Written down once more: the stages of a decision, which the reasons of the decision itself sum up. */
const READ_BY_NO_VIEW = new Set([
  'plan_received',
  'identity_checked',
  'guard_inspected',
  'capability_checked',
  'policy_evaluated',
  'budget_checked',
  'approval_checked',
]);

describe('a group on its way to the other thread', () => {
  it('arrives as the lines it would have been here', () => {
    fc.assert(
      fc.property(anyGroup(), (group) => {
        const { frame, lines } = prepareGroup(group);
        expect(decodeGroup(encodeGroup(group))).toMatchObject({ frame, lines });
      }),
      { numRuns: 500 },
    );
  });

  it('brings its context, and the events that projections read, in order', () => {
    fc.assert(
      fc.property(anyGroup(), (group) => {
        const { context, events, new_trace } = decodeGroup(encodeGroup(group));
        const read = group.events.filter((event) => !READ_BY_NO_VIEW.has(event.event_type));
        expect(context).toEqual(group.context);
        expect(events).toEqual(read.map(withPayload));
        expect(new_trace).toBe(group.new_trace ?? false);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing for projections of an event that they do not read, not even its text', () => {
    for (const event_type of EVENT_TYPES) {
      const group = planGroup('run-1', 1, { event_type, payload: { mark: 'here' } });
      const { events } = decodeGroup(encodeGroup(group));
      expect(events.length, event_type).toBe(READ_BY_NO_VIEW.has(event_type) ? 0 : 1);
    }
  });

  it('takes the text of a payload as it is, and the payload beside it for projections', () => {
    const payload_text = '{"b":1,"a":"not in order, so nobody wrote it anew"}';
    const made = { event_type: 'decision_made', payload_text } as const;
    const both: EventGroup = { context: {}, events: [made, { ...made, payload: { b: 1 } }] };
    const { lines, events } = decodeGroup(encodeGroup(both));
    expect(lines.map((line) => line.payload)).toEqual([payload_text, payload_text]);
    expect(events).toEqual([
      { event_type: 'decision_made', payload: JSON.parse(payload_text) },
      { event_type: 'decision_made', payload: { b: 1 } },
    ]);
  });

  it('may have no events at all', () => {
    expect(decodeGroup(encodeGroup({ context: {}, events: [] }))).toMatchObject({ lines: [], events: [] });
  });

  it.each<[what: string, group: EventGroup]>([
    ['a lone surrogate in its context', { context: { agent_id: '\ud800' }, events: [] }],
    ['a lone surrogate in its trace', planGroup('run-\udc00')],
    ['a lone surrogate in a reason', planGroup('run-1', 1, { reason: 'x\ud83d' })],
    ['a lone surrogate in the name of a member', planGroup('run-1', 1, { payload: { '\udfff': 1 } })],
    ['NaN', planGroup('run-1', 1, { payload: { deep: [{ cost: Number.NaN }] } })],
    ['an infinite number', planGroup('run-1', 1, { payload: { cost: Number.POSITIVE_INFINITY } })],
    ['a lone surrogate that no view reads', planGroup('run-1', 1, { payload: { text: '\ud800' } })],
  ])('is refused with %s, which has no canonical form', (_, group) => {
    expect(() => encodeGroup(group)).toThrow(TypeError);
  });
});

describe('confirmations', () => {
  it('arrive as they were sent, none as none', () => {
    fc.assert(
      fc.property(fc.array(anyConfirmation(), { maxLength: 20 }), (confirmations) => {
        expect(decodeConfirmations(encodeConfirmations(confirmations))).toEqual(confirmations);
      }),
    );
    expect(decodeConfirmations(encodeConfirmations([]))).toEqual([]);
  });
});

describe('an error on its way to this thread', () => {
  it('keeps its words, its code and its reason, and nothing else', () => {
    const cause = new Error('the disk');
    const error = Object.assign(new Error('cannot write', { cause }), { code: 'ENOSPC', why: 'full', fd: 7 });
    expect(encodeError(error)).toEqual({ message: 'cannot write', code: 'ENOSPC', why: 'full' });
  });

  it('says what can be said of anything else that was thrown', () => {
    expect(encodeError('gone')).toEqual({ message: 'gone' });
    expect(encodeError(undefined)).toEqual({ message: 'undefined' });
    expect(encodeError(Object.assign(new Error('odd'), { code: 7, why: null }))).toEqual({ message: 'odd' });
  });
});

/** What a projection sees of an event: the text is in the line already. */
function withPayload({ payload_text, ...event }: EventDraft): EventDraft {
  if (payload_text === undefined || event.payload !== undefined) return event;
  // Not `JSON.parse`: it misreads some names that are written with an escape.
  return { ...event, payload: parseJson(payload_text) as Record<string, unknown> };
}

function anyGroup(): fc.Arbitrary<EventGroup> {
  return fc.record(
    {
      context: anyContext(),
      events: fc.array(anyDraft(), { maxLength: 6 }),
      new_trace: fc.boolean(),
    },
    { requiredKeys: ['context', 'events'], noNullPrototype: true },
  );
}

function anyContext(): fc.Arbitrary<EventContext> {
  return fc.record(
    {
      trace_id: oddText(),
      execution_plan_id: oddText(),
      tenant_id: oddText(),
      agent_id: oddText(),
      agent_name: oddText(),
      agent_type: oddText(),
      policy_bundle: oddText(),
      runtime_mode: oddText(),
      budget_context: oddText(),
      provenance: fc.dictionary(oddText(), oddText(), { maxKeys: 4, noNullPrototype: true }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}

function anyDraft(): fc.Arbitrary<EventDraft> {
  const payload = fc.dictionary(oddText(), fc.oneof(oddText(), fc.integer(), fc.array(oddText())), {
    maxKeys: 5,
    noNullPrototype: true,
  });
  // Few steps, so that neighbours are often of one step.
  return fc.record(
    {
      event_type: fc.constantFrom(...EVENT_TYPES),
      step_id: fc.oneof(fc.constantFrom('s1', 's2'), oddText()),
      tool_name: fc.oneof(fc.constantFrom('send_email', 'read_file'), oddText()),
      decision_stage: oddText(),
      decision: oddText(),
      reason: oddText(),
      control: oddText(),
      payload,
      payload_text: payload.map(canonicalJson),
    },
    { requiredKeys: ['event_type'], noNullPrototype: true },
  );
}

function anyConfirmation(): fc.Arbitrary<Confirmation> {
  return fc.record(
    {
      id: fc.maxSafeNat(),
      last_sequence: fc.maxSafeNat(),
      hash: fc.constantFrom('0', 'a', 'f').map((digit) => `sha256:${digit.repeat(64)}`),
      first_event_id: fc.uuid(),
      last_event_id: fc.uuid(),
    },
    { noNullPrototype: true },
  );
}

/** Texts that would break a format made of lines, if anything could. */
function oddText(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.constantFrom(
      '\n',
      '\r\n',
      '"',
      '\\',
      '\\n',
      '\u2028',
      '\u2029',
      '😀',
      '\u0000',
      '\u001f',
      '\u007f',
      ' ',
    ),
    fc.constantFrom('__proto__', '7', '","reason":"x'),
  );
  return fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
}
