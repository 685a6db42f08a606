import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config.ts';
import { exitCodeOf } from '../../src/exit-codes.ts';
import { tableRows, textOf } from './tables.ts';

const PAGE = textOf('docs/operations.md');

function codesIn(cell = ''): string[] {
  return cell
    .split(', ')
    .map((code) => code.replaceAll('`', ''))
    .filter((code) => /^[a-z_]+$/.test(code));
}

describe('docs/operations.md', () => {
  it('has every setting with its flag, variable, default and meaning, and no other', () => {
    const defaults = new Map<string, unknown>(Object.entries(configSchema.parse({})));
    const expected = Object.entries(configSchema.shape).map(([name, { description }]) => [
      name,
      `--${name.replaceAll('_', '-')}`,
      `AISECOPS_${name.toUpperCase()}`,
      String(defaults.get(name) ?? ''),
      description,
    ]);
    expect(tableRows(PAGE, ['Setting', 'Flag', 'Environment', 'Default', 'Meaning'])).toEqual(expected);
  });

  it('has every exit code with the error codes that lead to it', () => {
    const shown = tableRows(PAGE, ['Exit code', 'Error codes']).flatMap(([exit, codes]) =>
      codesIn(codes).map((code) => [code, Number(exit)]),
    );
    expect(new Map(shown as [string, number][])).toEqual(exitCodesInSource());
    for (const [code, exit] of shown) {
      expect([code, exitCodeOf(Object.assign(new Error('it'), { code }))]).toEqual([code, exit]);
    }
    expect(exitCodeOf(new Error('unknown'))).toBe(1);
  });

  it('explains every code a start can end with that a person must act on', () => {
    for (const code of [
      'audit_damaged',
      'store_log_mismatch',
      'audit_locked',
      'signing_key_exposed',
      'invalid_policy',
    ]) {
      expect(PAGE).toContain(`**The start says \`${code}\`.**`);
    }
  });
});

/** The table is private to its file, so it is read from its text. */
function exitCodesInSource(): Map<string, number> {
  const [, table = ''] = /EXIT_CODES[^{]*\{([^}]*)\}/.exec(textOf('src/exit-codes.ts')) ?? [];
  return new Map([...table.matchAll(/(\w+): (\d+)/g)].map(([, code = '', exit]) => [code, Number(exit)]));
}
