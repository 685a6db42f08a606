import { expect, it } from 'vitest';
import { TraceHeads } from '../../src/audit/trace-heads.ts';
import { openLog, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

function head(sequence: number) {
  return { trace_sequence: sequence, hash: `sha256:${sequence}` };
}

it('keeps every head that waits, and of the committed ones those used last', () => {
  const heads = new TraceHeads(2);
  for (const trace of ['a', 'b', 'c', 'd']) heads.advance(trace, head(0));
  expect(heads.get('a')).toEqual(head(0));
  for (const trace of ['a', 'b', 'c', 'd']) heads.commit(trace);
  expect(['a', 'b', 'c', 'd'].map((trace) => heads.get(trace))).toEqual([
    undefined,
    undefined,
    head(0),
    head(0),
  ]);
});

it('keeps a trace as waiting until its last group is committed', () => {
  const heads = new TraceHeads(1);
  heads.advance('a', head(0));
  heads.advance('a', head(1));
  heads.commit('a');
  heads.restore('b', head(5));
  heads.restore('c', head(6));
  expect(heads.get('a')).toEqual(head(1));
  heads.commit('a');
  expect(heads.get('a')).toEqual(head(1));
  expect(heads.get('c')).toBeUndefined();
});

it('a trace that was forgotten goes on from the head its caller looked up', async () => {
  const { log } = await openLog(tempLogFile(), { limits: { maxTraceHeads: 1 } });
  const first = await log.append(planGroup('a', 2));
  await log.append(planGroup('b', 1));
  expect(log.knownHead('a')).toBeUndefined();
  const next = await log.append(planGroup('a', 1), {
    trace_sequence: first.trace_sequence ?? -1,
    hash: first.hash,
  });
  expect(next.trace_sequence).toBe(2);
});
