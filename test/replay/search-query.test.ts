import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, SearchQueryError } from '../../src/replay/search/search-query.ts';
import { wordsOf } from '../../src/replay/search/words.ts';

const term = (words: string, isPrefix = false) => ({ words: words.split(' '), isPrefix });

describe('the words of a text', () => {
  it.each([
    ['Read_Contract  c-7.', ['read', 'contract', 'c', '7']],
    ['Überweisung an MÜLLER', ['überweisung', 'an', 'müller']],
    ['ﬁle № Ⅳ ＡＢＣ', ['file', 'no', 'iv', 'abc']],
    ['e\u0301 é', ['é', 'é']],
    ['支払い請求書', ['支', '払', 'い', '請', '求', '書']],
    ['合同contract7號', ['合', '同', 'contract7', '號']],
    ['계약서 읽기', ['계약서', '읽기']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['pay 💸💸 now ❤️', ['pay', '💸', '💸', 'now', '❤']],
    ['a\0b\u200bc', ['a', 'b', 'c']],
    ['" OR NEAR(x) AND -y*', ['or', 'near', 'x', 'and', 'y']],
    ['\uE000', []],
    ['', []],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are the words of themselves, and of the same text in another form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).toEqual(words);
        expect(wordsOf(text.normalize('NFD'))).toEqual(words);
        expect(words.join('')).not.toMatch(/["*\s\uE000]/);
      }),
      { numRuns: 500 },
    );
  });

  it('count 64 characters of a long one', () => {
    expect(wordsOf('x'.repeat(100))).toEqual(['x'.repeat(64)]);
    expect(wordsOf('𝒳𐐷'.repeat(50))[0]?.isWellFormed()).toBe(true);
  });
});

describe('what a person looks for', () => {
  it.each([
    ['read contract', [term('read'), term('contract')]],
    ['"read the contract"', [term('read the contract')]],
    ['read_contract', [term('read contract')]],
    ['paym*', [term('paym', true)]],
    ['"to lee pay"* x', [term('to lee pay', true), term('x')]],
    ['make_pay*', [term('make pay', true)]],
    ['a"b c"d', [term('a'), term('b c'), term('d')]],
    ['rein*force', [term('rein force')]],
    ['pay - now', [term('pay'), term('now')]],
    ['AND OR NOT', [term('and'), term('or'), term('not')]],
    ['請求書', [term('請 求 書')]],
  ])('%j', (text, terms) => {
    expect(parseSearch(text)).toEqual(terms);
  });

  it.each([
    ['"unclosed', 'a quote is not closed'],
    ['***', 'there is no word to search for'],
    ['" "', 'there is no word to search for'],
    ['\0', 'there is no word to search for'],
    ['ab*', 'before * at least 3 letters or digits are needed'],
    [Array(17).fill('x').join(' '), 'at most 16 words and phrases'],
  ])('%j is refused', (text, message) => {
    expect(() => parseSearch(text)).toThrow(new SearchQueryError(message));
  });

  it('is read or refused, and nothing else, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          for (const { words } of parseSearch(text)) expect(words.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchQueryError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
