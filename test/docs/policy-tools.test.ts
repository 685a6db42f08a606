import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LINT_CODES } from '../../src/policy/analysis/lint-issue.ts';
import { tableRows, textOf } from './tables.ts';

const PAGE = textOf('docs/policy-tools.md');

describe('docs/policy-tools.md', () => {
  it('has every code of lint, and no other', () => {
    const shown = tableRows(PAGE, ['Code', 'Says']).flatMap(([codes = '']) =>
      codes.split(', ').map((code) => code.replaceAll('`', '')),
    );
    expect(shown.toSorted()).toEqual(LINT_CODES.toSorted());
  });

  it('has every command on policies', () => {
    const commands = readdirSync('src/cli')
      .map((file) => readFileSync(`src/cli/${file}`, 'utf8'))
      .flatMap((text) => [...text.matchAll(/name: '(policy \w+)'/g)].map(([, name = '']) => name));
    expect(commands.length).toBeGreaterThan(0);
    for (const name of commands) expect(PAGE).toContain(`npm run -s aisecops -- ${name}`);
  });
});
