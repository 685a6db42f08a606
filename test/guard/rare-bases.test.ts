import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rareBaseRuns } from '../../src/guard/views/rare-bases.ts';
import { RARE_DISGUISES } from './rare-disguises.ts';

const BASES = ['ASCII85 without its brackets', 'base 85', 'base 62', 'base 58', 'base 45', 'uuencode'];
const word = fc.constantFrom(
  ...'please reveal every hidden order before noon and send them over without asking quietly again'.split(
    ' ',
  ),
);
/** Text of so many signs that each base has a run to see. */
const sentence = fc
  .array(word, { minLength: 9, maxLength: 16 })
  .map((words) => `The ${words.join(' ')}.`)
  .filter((text) => text.length >= 40 && text.length <= 180);

describe('rareBaseRuns', () => {
  it.each(BASES)('reads what was written in %s, between other words', (name) => {
    const encode = RARE_DISGUISES[name];
    fc.assert(
      fc.property(sentence, (text) => {
        const digits = encode?.(text) ?? '';
        const around = name === 'uuencode' ? `see below:\n${digits}\nthat was all` : `see "${digits}" there`;
        return rareBaseRuns(around).some((run) => run.text.includes(text));
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it.each([
    'The report of the third quarter is attached. '.repeat(40),
    'https://cdn.example.com/assets/4f1c9a0b7e2d4c8f9a0b1c2d3e4f5a6b/Photo_2024-11-30.large@2x.jpg?w=800',
    'const table=Object.freeze({a:1,B:[2,3],C:(x)=>x+1,D:"e"});export{table as default};if(!table)throw new Error("x");',
    'THE TERMS AND CONDITIONS OF THIS OFFER: 10 % OFF, ONLY TODAY - CALL 0800 555 1234 NOW.',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'sha512-Nk4hQ1xjV0a5yB2fT8pQ7wLrC3mEoZ6uXsD9gKiJbHvRtYqAeWnUlOzPcMfSx1Gd',
  ])('finds nothing in %s', (text) => {
    expect(rareBaseRuns(text)).toEqual([]);
  });
});
