import { describe, expect, it } from 'vitest';
import { conformanceCases, outcomeOf } from './conformance.ts';

const outcomes = conformanceCases().map(outcomeOf);
const those = (is: string) => outcomes.filter((outcome) => outcome.is === is);

describe('`when` against the public conformance data of CEL', () => {
  it('never gives a value where another, or an error, is due', () => {
    expect(those('wrong')).toEqual([]);
  });

  it('is right in enough cases to be CEL', () => {
    expect(outcomes.length).toBeGreaterThan(2_300);
    expect(those('right').length).toBeGreaterThanOrEqual(600);
  });

  it('says why it refuses the others', () => {
    const silent = those('refused').filter((outcome) => !('why' in outcome) || outcome.why.length < 10);
    expect(silent).toEqual([]);
  });
});
