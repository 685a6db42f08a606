import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loggedDecisions } from '../../src/evaluation/logged-decisions.ts';
import { tempLogFile } from '../audit/log-fixture.ts';

const STAGES = ['identity_checked', 'guard_inspected', 'capability_checked', 'policy_evaluated'];

const event = (types: readonly string[]) =>
  fc
    .record({
      type: fc.constantFrom(...types),
      agent: fc.string({ maxLength: 20 }),
      nested: fc.constantFrom('plan_received', 'decision_made', 'x'),
      length: fc.oneof({ weight: 9, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.nat(300_000) }),
    })
    .map(({ type, agent, nested, length }) =>
      JSON.stringify({
        agent_id: agent,
        control: 'policy',
        decision: 'block',
        event_type: type,
        payload: { event_type: nested, text: 'x'.repeat(length), control: 'none', decision: 'allow' },
        reason: `because ${length}`,
      }),
    );

const line = fc.oneof(
  { weight: 6, arbitrary: event(STAGES) },
  { weight: 3, arbitrary: event(['plan_received', 'decision_made']) },
  { weight: 1, arbitrary: event(['token_created', 'plan_received_twice', 'x']) },
  { weight: 1, arbitrary: fc.constantFrom('', '{}', 'no event', '{"event_type":1}') },
);

/** The same by its definition, line by line with everything parsed. */
function naiveDecisions(text: string): { received: unknown; made: unknown; stages: unknown[] }[] {
  const found: { received: unknown; made: unknown; stages: unknown[] }[] = [];
  let open: unknown[] = [];
  for (const each of text.split('\n').slice(0, -1)) {
    const type = each.startsWith('{"agent_id"') ? JSON.parse(each).event_type : '';
    if (type === 'plan_received') open = [JSON.parse(each)];
    else if (open.length > 0 && (STAGES.includes(type) || type === 'decision_made'))
      open.push(JSON.parse(each));
    else open = [];
    if (type !== 'decision_made' || open.length === 0) continue;
    found.push({ received: open[0], made: open.at(-1), stages: open.slice(1, -1) });
    open = [];
  }
  return found;
}

it('finds the decisions of a log, wherever the chunks of reading fall', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.boolean(), async (lines, isTorn) => {
      const file = tempLogFile();
      writeFileSync(file, lines.map((each) => `${each}\n`).join('') + (isTorn ? '{"event_type":"plan_' : ''));
      const found: { received: unknown; made: unknown; stages: unknown[] }[] = [];
      let [strangers, end] = [0, 0];
      for await (const { decisions, strange, bytes } of loggedDecisions(file)) {
        for (const each of decisions) {
          const { received, made, verdict } = each;
          expect(verdict).toEqual({ decision: 'block', control: 'policy', reason: made.reason });
          found.push({ received, made, stages: await each.stages() });
        }
        strangers += strange;
        end = bytes;
      }
      const text = readFileSync(file, 'utf8');
      expect(found).toEqual(naiveDecisions(text));
      expect(strangers).toBe(lines.filter((each) => !each.startsWith('{"agent_id"')).length);
      expect(end).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 60 },
  );
});

it('takes as long for many lines that are no events as for as many that are', async () => {
  const file = tempLogFile();
  writeFileSync(file, 'no\n'.repeat(1_000_000));
  let strangers = 0;
  for await (const { strange } of loggedDecisions(file)) strangers += strange;
  expect(strangers).toBe(1_000_000);
}, 20_000);
