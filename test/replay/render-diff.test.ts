import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDiff } from '../../src/replay/diff/render-diff.ts';
import { CHANGE_KINDS, type Change } from '../../src/replay/diff/trace-diff.ts';

const anyText = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('\u001b[2J', '\u202eevil', 'a\nplan b', '\r', '\u200b'),
  );

function anyChange(): fc.Arbitrary<Change> {
  const side = fc.oneof(anyText(), fc.integer(), fc.constant({ deep: ['x'] }));
  return fc.record(
    {
      plan: anyText(),
      step_id: anyText(),
      stage: anyText(),
      kind: fc.constantFrom(...CHANGE_KINDS),
      pointer: anyText().map((text) => `/plans/p/steps/s/${text}`),
      before: side,
      after: side,
      effect: fc.constantFrom('loosened', 'tightened'),
      because: fc.array(
        fc.record({ kind: fc.constant('rule'), rule: anyText(), pointer: anyText(), before: side }),
      ),
    },
    { requiredKeys: ['plan', 'kind', 'pointer'] },
  ) as fc.Arbitrary<Change>;
}

describe('differences as text', () => {
  it('hold nothing that a terminal obeys or hides, one line each, whatever was recorded', () => {
    fc.assert(
      fc.property(anyText(), fc.array(anyChange(), { maxLength: 5 }), (trace, changes) => {
        const diff = {
          identical: false,
          effect: 'mixed' as const,
          changes,
          patch: [],
          document: { plans: {} },
        };
        const text = renderDiff(diff, { before: trace, after: 'run-2' });
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\u2028\u2029]/u);
        const [, ...lines] = text.split('\n').slice(0, -1);
        for (const line of lines) expect(line).toMatch(/^$|^plan |^ {2}\S|^ {4}\S|^ {4,6}because /);
        const reasons = changes.flatMap(({ because = [] }) => because);
        expect(lines.length).toBeGreaterThanOrEqual(changes.length + reasons.length);
      }),
    );
  });
});
