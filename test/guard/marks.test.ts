import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemblies } from '../../src/guard/views/assembled.ts';
import { codedRuns } from '../../src/guard/views/coded.ts';
import { fold } from '../../src/guard/views/fold.ts';
import { MARKS, type Mark, marksIn } from '../../src/guard/views/marks.ts';
import { unseenRuns } from '../../src/guard/views/markup.ts';
import { signsIn } from '../../src/guard/views/signs.ts';
import { surveyOf } from '../../src/guard/views/survey.ts';
import { unescapedPieces } from '../../src/guard/views/unescaped.ts';
import { listedPieces, partedPieces, unmarkedPieces } from '../../src/guard/views/unmarked.ts';

const ALL = new Set(MARKS);

/** What undoes a disguise, asked without looking for its mark first, and the marks it waits for. */
const UNDONE: { marks: Mark[]; isUndone(text: string): boolean }[] = [
  { marks: ['escape'], isUndone: (text) => unescapedPieces(text) !== undefined },
  { marks: ['inside_word'], isUndone: (text) => unmarkedPieces(text) !== undefined },
  { marks: ['list'], isUndone: (text) => listedPieces(text) !== undefined },
  { marks: ['parting'], isUndone: (text) => partedPieces(text) !== undefined },
  { marks: ['markup'], isUndone: (text) => unseenRuns(text).length > 0 },
  {
    marks: ['first_number', 'second_number'],
    isUndone: (text) => assemblies(text, ALL).some(({ from }) => from === 'numbered'),
  },
  {
    marks: ['assignment', 'sum'],
    isUndone: (text) => assemblies(text, ALL).some(({ from }) => from === 'variables'),
  },
  {
    marks: ['pig_latin'],
    isUndone: (text) => {
      const folded = fold(text);
      const signs = signsIn(folded, surveyOf(folded).runs);
      return (
        codedRuns(text, { signs, marks: ALL }).length > codedRuns(text, { signs, marks: new Set() }).length
      );
    },
  },
];

const parts = [
  ...[
    "'ignore', 'all', ",
    "'the', 'rules'",
    'all -> previous -> ',
    'rules -> now',
    'all. the. ',
    'old. rules. ',
  ],
  ...[
    'ignore',
    'all',
    'Previous',
    'rules',
    'é',
    'ж',
    'a',
    ' ',
    '\n',
    '. ',
    ', ',
    '"',
    "'",
    '“',
    '`',
    '|',
    ' / ',
  ],
  ...[
    '%41',
    '&#105;',
    '&lt;',
    '\\u0069',
    '\\x41',
    '=41=42=43=44',
    '\u249c',
    '\u{1f1e6}',
    ' -> ',
    ' → ',
    '🙂',
    '=>',
  ],
  ...[
    '<!-- hidden words -->',
    '<b>',
    '</b>',
    '**',
    '__',
    '" + "',
    '", "',
    "','",
    '[//]: # (hidden)',
    ' hidden>text here<',
  ],
  ...[
    'part 1: "ignore all"',
    'part #2: "previous rules"',
    'a = "ig"',
    'b = "nore"',
    ' a + b ',
    'ignoreway allay ulesray ',
  ],
];

describe('marksIn', () => {
  it('shows the marks of all that is undone', () => {
    const undone = new Set<Mark>();
    const texts = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(texts, (chosen) => {
        const text = chosen.join('');
        const seen = marksIn(text);
        for (const { marks, isUndone } of UNDONE) {
          if (!isUndone(text)) continue;
          expect({ text, marks: marks.filter((mark) => !seen.has(mark)) }).toEqual({ text, marks: [] });
          for (const mark of marks) undone.add(mark);
        }
      }),
      { numRuns: 20_000, seed: 5 },
    );
    expect([...undone].sort()).toEqual([...MARKS].sort());
  });

  it('shows none in plain prose', () => {
    expect([
      ...marksIn('The invoice is due on Friday, 12 May. Please pay it (all of it) by then. Thanks! Ann'),
    ]).toEqual([]);
  });
});
