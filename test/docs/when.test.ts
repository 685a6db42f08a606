import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { FUNCTIONS, METHODS } from '../../src/policy/when/functions.ts';
import * as limits from '../../src/policy/when/limits.ts';
import { DYN } from '../../src/policy/when/types.ts';
import { declarationsFor } from '../../src/policy/when/variables.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
const section = page.slice(page.indexOf('### when'), page.indexOf('## Doubt is restrictive'));

describe('the section on `when`', () => {
  it('shows conditions that load', () => {
    const shown = [...page.matchAll(/^ *when: (.+)$/gm)].map(([, when]) => when);
    expect(shown.length).toBeGreaterThan(4);
    for (const when of shown) {
      const { problems } = compileBundle({
        'policies.yaml': `rules:\n  - when: ${when}\n    action: block\n`,
      });
      expect(problems, when).toBeUndefined();
    }
  });

  it('names every function, every variable and every limit', () => {
    const named = [...FUNCTIONS.keys(), ...METHODS.keys()].filter((name) =>
      /^\w+$/.test(name.replaceAll('_', '')),
    );
    for (const name of named.filter((one) => !one.startsWith('_'))) expect(section).toContain(`\`${name}\``);
    for (const [name, declared] of declarationsFor(DYN)) {
      expect(section).toContain(`| \`${name}\` |`);
      const members = 'members' in declared ? Object.keys(declared.members) : [];
      for (const member of members) expect(section).toContain(`\`${member}\``);
    }
    const { MAX_SOURCE, MAX_NESTING, MAX_LOOPS, MAX_LIST, MAX_STEPS } = limits;
    for (const limit of [MAX_SOURCE, MAX_NESTING, MAX_LOOPS, MAX_LIST, MAX_STEPS])
      expect(section).toMatch(new RegExp(`\\| ${limit.toLocaleString('en')}\\b`));
  });
});
