import { expect, it } from 'vitest';
import { TRUST_REASONS } from '../../src/decision/trust-reasons.ts';
import { tableRows, textOf } from './tables.ts';

it('docs/provenance.md has every reason to distrust a source, and no other', () => {
  const rows = tableRows(textOf('docs/provenance.md'), ['Reason', 'Meaning', 'Finding']);
  const known: [string, { text: string; severity?: string }][] = Object.entries(TRUST_REASONS);
  expect(rows).toEqual(known.map(([reason, { text, severity = '' }]) => [reason, text, severity]));
});
