import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameName, personKey } from '../../src/policy/person-name.ts';
import { type Made, People } from '../../src/tokens/people.ts';

function peopleOf(...made: Made[]): People {
  const people = new People();
  for (const one of made) people.add(one);
  return people;
}

describe('a name', () => {
  it.each([
    ['alice', 'al\u200bice'],
    ['alice', 'al\u00adice\u2060'],
    ['alice', '\u202ealice'],
    ['alice', 'ali\u0000ce'],
    ['alice', '\ufeffAlice '],
    ['Carol', 'ｃａｒｏｌ'],
    ['lee smith', ' Lee\t\u200b Smith\n'],
    ['Weiß', 'WEISS'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['josé', 'jose\u0301'],
    ['josé', 'jose\u200b\u0301'],
  ])('%j reads like %j', (one, other) => {
    expect(isSameName(one, other)).toBe(true);
  });

  it.each([
    ['alice', 'alicia'],
    ['lee smith', 'leesmith'],
    ['josé', 'jose'],
  ])('%j does not read like %j', (one, other) => {
    expect(isSameName(one, other)).toBe(false);
  });

  it('comes down to the same however often it is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        expect(personKey(personKey(name))).toBe(personKey(name));
      }),
    );
  });
});

describe('people', () => {
  const people = peopleOf(
    { name: 'admin' },
    { name: 'ada', created_by: 'admin' },
    { name: 'lee', created_by: 'admin' },
    { name: 'ghost', created_by: 'Ada' },
    { name: 'ghost of ghost', created_by: 'GHOST' },
    { name: 'round', created_by: 'robin' },
    { name: 'robin', created_by: 'round' },
  );

  it.each([
    ['ada', 'Ada '],
    ['ada', 'admin'],
    ['ghost', 'ada'],
    ['ghost of ghost', 'ada'],
    ['ghost of ghost', 'admin'],
    ['round', 'robin'],
  ])('%s and %s are one, whoever is first', (one, other) => {
    expect([people.isSame(one, other), people.isSame(other, one)]).toEqual([true, true]);
  });

  it.each([
    ['ada', 'lee'],
    ['ghost', 'lee'],
    ['ghost of ghost', 'lee'],
    ['ada', 'somebody unknown'],
  ])('%s and %s are two', (one, other) => {
    expect([people.isSame(one, other), people.isSame(other, one)]).toEqual([false, false]);
  });

  it('are as a plain walk over who made what says', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const made = fc.record({ name, created_by: name });
    const isBefore = (all: Made[], from: string, to: string, seen: string[] = []): boolean =>
      all.some(
        ({ name: held, created_by: by = '' }) =>
          held === from && (by === to || (!seen.includes(by) && isBefore(all, by, to, [...seen, by]))),
      );
    fc.assert(
      fc.property(fc.array(made, { maxLength: 8 }), name, name, (all, one, other) => {
        const isOne = one === other || isBefore(all, one, other) || isBefore(all, other, one);
        expect(peopleOf(...all).isSame(one, other)).toBe(isOne);
      }),
    );
  });
});
