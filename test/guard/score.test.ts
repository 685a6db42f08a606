import { describe, expect, it } from 'vitest';
import { LEVELS, type Sign, scoreOf, verdictOf } from '../../src/guard/score.ts';

function sign(changes: Partial<Sign> = {}): Sign {
  return {
    family: 'override',
    weight: 6,
    severity: 'high',
    isDisguised: false,
    mention: 'said',
    blocksContext: false,
    blocksAlways: false,
    ...changes,
  };
}

describe('score', () => {
  it.each([
    { name: 'nothing', signs: [], words: 0, score: 0 },
    { name: 'one sign', signs: [sign()], words: 0, score: 6 },
    { name: 'one family twice', signs: [sign(), sign({ weight: 4 })], words: 0, score: 6 },
    { name: 'two families', signs: [sign(), sign({ family: 'extraction', weight: 4 })], words: 0, score: 10 },
    { name: 'shown', signs: [sign({ mention: 'shown' })], words: 0, score: 4 },
    { name: 'named', signs: [sign({ mention: 'named' })], words: 0, score: 3 },
    { name: 'shown once and said once', signs: [sign({ mention: 'shown' }), sign()], words: 0, score: 6 },
    { name: 'disguised', signs: [sign({ isDisguised: true })], words: 9, score: 8 },
    { name: 'one trade word', signs: [sign()], words: 1, score: 6 },
    { name: 'two trade words', signs: [sign()], words: 2, score: 3 },
    { name: 'many trade words', signs: [sign()], words: 20, score: 1 },
    { name: 'never below nothing', signs: [sign({ weight: 1, mention: 'shown' })], words: 9, score: 0 },
    {
      name: 'words spare the disguised',
      signs: [sign({ family: 'x', weight: 3, isDisguised: true }), sign()],
      words: 4,
      score: 6,
    },
  ])('$name is $score', ({ signs, words, score }) => {
    expect(scoreOf(signs, words)).toBe(score);
  });

  it.each([
    { score: 3.5, direction: 'input', profile: 'balanced', verdict: 'allow' },
    { score: 4, direction: 'input', profile: 'balanced', verdict: 'flag' },
    { score: 6, direction: 'input', profile: 'balanced', verdict: 'block' },
    { score: 3, direction: 'input', profile: 'strict', verdict: 'flag' },
    { score: 5, direction: 'input', profile: 'strict', verdict: 'block' },
    { score: 5.5, direction: 'input', profile: 'permissive', verdict: 'allow' },
    { score: 8, direction: 'input', profile: 'permissive', verdict: 'block' },
    { score: 20, direction: 'context', profile: 'balanced', verdict: 'flag' },
    { score: 20, direction: 'output', profile: 'balanced', verdict: 'flag' },
    { score: 20, direction: 'arguments', profile: 'balanced', verdict: 'flag' },
  ] as const)(
    '$score of words in $direction ($profile): $verdict',
    ({ score, direction, profile, verdict }) => {
      expect(verdictOf(score, [sign()], direction, LEVELS[profile])).toBe(verdict);
    },
  );

  it.each([
    { name: 'a disguise', changes: { isDisguised: true }, blocked: ['input', 'context'] },
    { name: 'a template token', changes: { blocksContext: true }, blocked: ['input', 'context'] },
    {
      name: 'what may never pass',
      changes: { blocksAlways: true },
      blocked: ['input', 'output', 'arguments'],
    },
  ])('$name blocks in $blocked', ({ changes, blocked }) => {
    const directions = ['input', 'context', 'output', 'arguments'] as const;
    expect(
      directions.filter((direction) => verdictOf(6, [sign(changes)], direction, LEVELS.balanced) === 'block'),
    ).toEqual(blocked);
  });
});
