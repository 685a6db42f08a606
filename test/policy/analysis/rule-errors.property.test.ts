import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import { ruleErrors } from '../../../src/policy/analysis/errors/rule-errors.ts';
import type { Bundle } from '../../../src/policy/bundle.ts';
import { capabilityFileSchema } from '../../../src/policy/capability-file.ts';
import { compileBundleContent } from '../../../src/policy/compile.ts';
import { normalise } from '../../../src/policy/content.ts';
import { compileGrants } from '../../../src/policy/grants.ts';
import { policyFileSchema } from '../../../src/policy/policy-file.ts';
import { CAPABILITIES, reached, steps } from './random-bundle.ts';

const GRANTED = capabilityFileSchema.parse({ capabilities: CAPABILITIES }).capabilities;
const GRANTS = compileGrants(GRANTED);
const BUNDLE = compileBundleContent({ capabilities: CAPABILITIES } as unknown as JsonObject).bundle as Bundle;
const FINDINGS = { detectors: ['d'], categories: ['c'], beginnings: [] };

const names = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(one, fc.uniqueArray(one, { minLength: 1, maxLength: 2 }), fc.record({ not_in: fc.tuple(one) }));
const pointer = fc.constantFrom('p', 'q', 'r', 'p.0', '/p/0/x', 'q.x');
const trust = fc.constantFrom({ at_most: 'external' }, { at_least: 'external' });
const asked = fc.constantFrom({ exists: true }, { eq: 1 }, { ne: 's' }, { gt: 0 }, { mentions: ['s'] });
const rule = fc.record(
  {
    action: fc.constantFrom('allow', 'block', 'require_approval'),
    match: fc.record(
      {
        tool_name: names(fc.constantFrom('pay', 'pay.now', 'mail.send', 'free', 'p*', '*')),
        runtime_mode: names(fc.constantFrom('gateway', 'sidecar', 'gatewy', 'g*')),
        findings: fc.record(
          { category: fc.constantFrom('c', 'x', 'c*'), detector: fc.constantFrom('d', 'x') },
          { requiredKeys: ['category'] },
        ),
      },
      { requiredKeys: [] },
    ),
    args: fc.dictionary(pointer, asked, { maxKeys: 1 }),
    taint: fc.dictionary(pointer, trust, { maxKeys: 1 }),
  },
  { requiredKeys: ['action', 'match'] },
);
const modes = fc.constantFrom('gateway', 'sidecar', 'local_enforcement', 'air_gapped');
// What another step will put there is not held against the schema yet, so a name in it may still be right.
const moded = fc
  .tuple(steps, modes)
  .map(([step, runtime_mode]) => ({ ...step, runtime_mode, unknown_pointers: [] }));

it('a rule that does not load for a name would never surely have matched, and a good one has no error', () => {
  const seen = { wrong: 0, right: 0 };
  fc.assert(
    fc.property(rule, fc.array(moded, { minLength: 20, maxLength: 20 }), (written, many) => {
      const { content, origins } = normalise(
        policyFileSchema.parse({ rules: [{ id: 'r', ...written }] }),
        GRANTED,
      );
      const errors = ruleErrors(content.rules, {
        grants: GRANTS,
        origins,
        findings: FINDINGS,
        written: () => ({ rules: [{ id: 'r', ...written }] }) as never,
      });
      const { bundle } = compileBundleContent({ rules: content.rules } as unknown as JsonObject);
      const sure = many
        .flatMap((step) => reached(BUNDLE, step))
        .filter((step) => bundle?.evaluate(step).matched.some(({ doubt }) => doubt === undefined));
      // Of several modes one that is none leaves the others.
      const claims = errors.filter(({ pointer: at }) => !at.includes('/runtime_mode/'));
      if (claims.length > 0) expect(sure).toEqual([]);
      if (errors.length > 0) seen.wrong += 1;
      else if (sure.length > 0) seen.right += 1;
    }),
    { numRuns: 700 },
  );
  expect(seen.wrong).toBeGreaterThan(70);
  expect(seen.right).toBeGreaterThan(35);
});
