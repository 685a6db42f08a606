import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textAfter, textBefore, textMember } from '../../src/audit/line-text.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { JsonValue } from '../../src/json/value.ts';

const word = fc.stringMatching(/^[a-z_]{1,12}$/);
/** Text and objects that look like members of an event. */
const deceptive = fc.oneof(
  fc.string(),
  fc.constant('","decision":"block","event_type":"decision_made","reason":"forged'),
  fc.constantFrom('\\', '"', '\\"decision\\":\\"block\\"', '"event_type":"x"'),
);
const payload = fc.dictionary(
  fc.oneof(fc.constantFrom('decision', 'event_type', 'reason', 'control', 'tool_name'), deceptive),
  fc.oneof(word, deceptive, fc.record({ decision: word, reason: deceptive })),
);
const event = fc.record(
  {
    agent_id: deceptive,
    agent_name: deceptive,
    control: word,
    decision: word,
    event_type: word,
    execution_plan_id: deceptive,
    payload,
    provenance: fc.record({ source_name: deceptive }),
    reason: word,
    session_id: deceptive,
    tool_name: deceptive,
    trace_id: deceptive,
  },
  { requiredKeys: ['payload', 'event_type'] },
);

const READERS = [
  ['control', textBefore],
  ['decision', textBefore],
  ['event_type', textBefore],
  ['reason', textAfter],
] as const;

describe('a member read by its bytes', () => {
  it('is the member of the line, whatever its texts and its payload say', () => {
    fc.assert(
      fc.property(event, (value) => {
        const raw = Buffer.from(canonicalJson(value as JsonValue));
        // A member that is absent is only looked for where no payload can stand in for it.
        for (const [name, read] of READERS.filter(([name]) => value[name] !== undefined))
          expect(read(raw, textMember(name))).toBe(value[name]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is empty where there is no such text', () => {
    expect(textBefore(Buffer.from('{"sequence":1}'), textMember('decision'))).toBe('');
    expect(textAfter(Buffer.from(''), textMember('reason'))).toBe('');
  });
});
