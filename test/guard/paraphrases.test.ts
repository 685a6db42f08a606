import { describe, expect, it } from 'vitest';
import { createGuard } from '../../src/guard/index.ts';
import { ENGLISH, OTHER_LANGUAGES } from './paraphrases.ts';

const guard = createGuard();

// A floor, not a goal: some of them carry no mark, and no rule is there for any one of them.
describe('attacks in other words', () => {
  it.each([
    { name: 'English', paraphrases: ENGLISH, atLeast: 0.7 },
    { name: 'other languages', paraphrases: OTHER_LANGUAGES, atLeast: 0.9 },
  ])('are mostly flagged ($name)', ({ paraphrases, atLeast }) => {
    const missed = paraphrases.filter(
      ({ text, direction }) => guard.inspect(text, direction).verdict === 'allow',
    );
    expect(missed.length / paraphrases.length).toBeLessThanOrEqual(1 - atLeast);
  });
});
