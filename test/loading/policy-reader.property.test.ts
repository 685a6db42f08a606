import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { DecisionChanges } from '../../src/bundles/decision-changes.ts';
import type { PolicySet } from '../../src/bundles/policy-set.ts';
import { ruleChanges } from '../../src/bundles/rule-changes.ts';
import { compareDecisions } from '../../src/evaluation/compare-decisions.ts';
import { createTestRunner } from '../../src/evaluation/test-runner.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { assembleSet } from '../../src/loading/assemble-set.ts';
import { PolicyReader } from '../../src/loading/policy-reader.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { compileBundle } from '../../src/policy/compile.ts';
import { change, changed, filesOf, type Written, written } from '../policy/changing-bundle.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisecops-reader-'));
const runTest = createTestRunner(createGuard());
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As it is where nothing is known of any bundle before. */
function compiledAlone(now: Written): Bundle {
  const { bundle, problems } = compileBundle(filesOf(now), { agents: [] });
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

function comparedAlone(before: Bundle, after: Bundle): DecisionChanges {
  const steps = compareDecisions(before, after, () => false);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** A set as the gateway has it once the thread has read it, and as one of which nothing was known before. */
type Read = { set: PolicySet; alone: Bundle };

async function read(reader: PolicyReader, now: Written, base: Read | undefined): Promise<Read | undefined> {
  const known = base === undefined ? {} : { base: base.set.bundle.version };
  const answer = await reader.answer({ id: 1, load: filesOf(now), ...known });
  if (!('parts' in answer)) return undefined;
  return { set: await assembleSet(answer.parts, base?.set), alone: compiledAlone(now) };
}

async function compared(reader: PolicyReader, before: PolicySet, after: PolicySet): Promise<DecisionChanges> {
  const pair = { from: before.bundle.version, to: after.bundle.version, tenant_id: '*' };
  const answer = await reader.answer({ id: 2, compare: pair });
  if (!('compared' in answer)) throw new Error('they are compared');
  return answer.compared;
}

it('what changes from one set to the next is what changes between the same two, each read alone', {
  timeout: 120_000,
}, async () => {
  const effects = new Set<string>();
  const isRight = async (reader: PolicyReader, before: Read, after: Read) => {
    const changes = await compared(reader, before.set, after.set);
    effects.add(changes.effect);
    // A machine that is busy may not come to the end of a search.
    if (changes.ended_by !== 'time') expect(changes).toEqual(comparedAlone(before.alone, after.alone));
    expect(ruleChanges(before.set.bundle.content, after.set.bundle.content, 50)).toEqual(
      ruleChanges(before.alone.content, after.alone.content, 50),
    );
  };
  await fc.assert(
    fc.asyncProperty(written, fc.array(change, { minLength: 1, maxLength: 4 }), async (first, changes) => {
      const reader = new PolicyReader(join(directory, 'policies'), runTest);
      let now = first;
      let base: Read | undefined;
      for (const next of [undefined, ...changes]) {
        if (next !== undefined) now = changed(now, next);
        const after = await read(reader, now, base);
        if (after === undefined) continue;
        if (base !== undefined) await isRight(reader, base, after);
        base = after;
      }
    }),
    { numRuns: 200 },
  );
  expect([...effects]).toEqual(expect.arrayContaining(['none_found', 'loosened', 'tightened']));
});
