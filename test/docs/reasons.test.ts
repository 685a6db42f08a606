import { describe, expect, it } from 'vitest';
import type { ExplainInput } from '../../src/decision/explain-input.ts';
import { REASONS } from '../../src/decision/reasons.ts';
import { remedyFor } from '../../src/decision/remedy.ts';
import { riskLevel } from '../../src/decision/risk.ts';
import { tableRows, textOf } from './tables.ts';

const PAGE = textOf('docs/reasons.md');
const ROWS = tableRows(PAGE, ['Code', 'Decision', 'Meaning', 'Remedy']);
/** How the answer begins that names the rule, for reasons without a remedy of their own. */
const NO_REMEDY = /^Change the plan so that the rule that matched/;

/** What a blocked plan is told. */
function remedyOf(reason: string): string {
  const input = {
    verdict: { decision: 'block', reason, control: 'policy' },
    steps: [],
    facts: { bundle: { name: 'production' } },
  };
  const remedy = remedyFor(input as unknown as ExplainInput);
  return NO_REMEDY.test(remedy) ? '' : remedy;
}

describe('docs/reasons.md', () => {
  it('has every reason code of the registry, each once, and no other', () => {
    expect(ROWS.map(([code]) => code)).toEqual(Object.keys(REASONS));
  });

  it.each(ROWS.map(([code = '', , meaning, remedy]) => ({ code, meaning, remedy })))(
    'says of $code what the code says',
    ({ code, meaning, remedy }) => {
      expect({ meaning, remedy }).toEqual({
        meaning: new Map(Object.entries(REASONS)).get(code),
        remedy: remedyOf(code),
      });
    },
  );

  it('names only decisions there are', () => {
    const words = new Set(ROWS.map(([, decision]) => decision));
    const known = ['allow', 'block', 'require_approval', 'skip', 'of the rule', 'block or require_approval'];
    expect([...words].filter((word) => !known.includes(word ?? ''))).toEqual([]);
  });

  it('has the weights of the risk score, in order', () => {
    const shown = tableRows(PAGE, ['Factor', 'Where', 'Weight']).map(([, where, weight]) => [
      where,
      Number(weight),
    ]);
    expect(shown).toEqual(weightsInSource());
  });

  it('has the levels of the risk score', () => {
    const shown = tableRows(PAGE, ['risk_level', 'risk_score']);
    expect(shown).toHaveLength(4);
    for (const [level, range = ''] of shown) {
      const [low = Number.NaN, high = Number.NaN] = range.split(' to ').map(Number);
      expect([riskLevel(low), riskLevel(high)]).toEqual([level, level]);
    }
    expect(shown.flatMap(([, range]) => range?.split(' to '))).toEqual(
      expect.arrayContaining(['0', '29', '30', '59', '60', '84', '85', '100']),
    );
  });
});

/** The weights are private to their file, so they are read from its text: `[value, weight]`, `any` for a single one. */
function weightsInSource(): [string, number][] {
  const source = textOf('src/decision/risk.ts');
  const constants = [...source.matchAll(/^const \w+_WEIGHT = (\{[^}]*\}|\d+)/gm)].map(
    ([, value = '']) => value,
  );
  return constants.flatMap((value): [string, number][] => {
    if (/^\d+$/.test(value)) return [['any', Number(value)]];
    return [...value.matchAll(/(\w+): (\d+)/g)].map(([, name = '', weight]) => [name, Number(weight)]);
  });
}
