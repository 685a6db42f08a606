import { describe, expect, it } from 'vitest';
import { operatorAbuse } from '../../src/guard/arguments/operator-abuse.ts';
import { createGuard } from '../../src/guard/index.ts';
import type { JsonValue } from '../../src/json/value.ts';

type Row = { name: string; under: string; operand: JsonValue };

const HOLDS: Row[] = [
  { name: '$ne', under: 'user', operand: null },
  { name: '$ne', under: 'password', operand: 'x' },
  { name: '$gt', under: 'pin', operand: 0 },
  { name: '$gt', under: 'city', operand: '' },
  { name: '$nin', under: 'city', operand: [] },
  { name: '$regex', under: 'city', operand: '.*' },
  { name: '$regex', under: 'token', operand: '^a' },
  { name: '$or', under: '', operand: [{}, { a: 1 }] },
];
const RUNS: Row[] = [
  { name: '$where', under: '', operand: 'sleep(400)' },
  { name: '$function', under: 'total', operand: { body: 'x', args: [], lang: 'js' } },
  { name: '$accumulator', under: 'total', operand: {} },
];
const HONEST: Row[] = [
  { name: '$gte', under: 'age', operand: 18 },
  { name: '$in', under: 'user', operand: ['ann', 'bob'] },
  { name: '$ne', under: 'user', operand: 'bob' },
  { name: '$ne', under: 'closed_at', operand: null },
  { name: '$regex', under: 'title', operand: '^report' },
  { name: '$or', under: '', operand: [{ a: 1 }, { b: 2 }] },
  { name: '$match', under: '', operand: {} },
  { name: '$sum', under: 'n', operand: 1 },
];

describe('operators in nested arguments', () => {
  it.each(HOLDS)('$under $name $operand holds for anybody', ({ name, ...place }) => {
    expect(operatorAbuse(name, place)).toMatchObject([
      { id: 'code.operator_holds', start: 0, end: name.length },
    ]);
  });

  it.each(RUNS)('$name runs code', ({ name, ...place }) => {
    expect(operatorAbuse(name, place)).toMatchObject([{ id: 'code.operator_runs' }]);
    expect(createGuard().inspect(name, 'arguments', undefined, place).verdict).toBe('block');
  });

  it.each(HONEST)('$under $name $operand is what a search takes', ({ name, ...place }) => {
    expect(operatorAbuse(name, place)).toEqual([]);
    expect(createGuard().inspect(name, 'arguments', undefined, place).verdict).toBe('allow');
  });
});
