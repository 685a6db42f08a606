import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARGUMENT_RULES } from '../../src/guard/arguments/argument-rules.ts';
import { OPERATOR_ROWS } from '../../src/guard/arguments/operator-abuse.ts';
import { LEXICONS } from '../../src/guard/rules/lexicon-rules.ts';
import { PHRASE_RULES } from '../../src/guard/rules/phrase-rules.ts';
import { LEVELS, PROFILES } from '../../src/guard/score.ts';
import { VIEW_NAMES } from '../../src/guard/views/view.ts';

const docs = readFileSync(new URL('../../docs/guard.md', import.meta.url), 'utf8');
const rows = new Set(Array.from(docs.matchAll(/^\| `([a-z]+\.[a-z_]+)` \|/gm), (match) => match[1]));
const other = new Set([
  'hidden.invisible_text',
  'hidden.invisible_run',
  'hidden.nested_encoding',
  'hidden.split_payload',
  'destination.query',
  'destination.host',
  'destination.scheme',
  'guard.partial_inspection',
  'ssrf.internal_address',
  'ssrf.unusual_scheme',
]);

describe('docs/guard.md', () => {
  it('lists every detector, and none that does not exist', () => {
    const rules = [
      ...PHRASE_RULES.map((rule) => rule.id.replace(/\.[a-z]{2}$/, '')),
      ...[...ARGUMENT_RULES, ...OPERATOR_ROWS].map((rule) => rule.id),
    ];
    expect([...rows].sort()).toEqual([...new Set([...rules, ...other])].sort());
  });

  it.each(PHRASE_RULES.filter((rule) => !/\.[a-z]{2}$/.test(rule.id)))('describes $id as it is', (rule) => {
    const row = `| \`${rule.id}\` | ${rule.category} | ${rule.severity} | ${rule.family} ${rule.weight} | ${rule.message} |`;
    expect(docs).toContain(row);
  });

  it.each([...ARGUMENT_RULES, ...OPERATOR_ROWS])(
    'describes $id as it is',
    ({ id, category, severity, weight, message }) => {
      expect(docs).toContain(`| \`${id}\` | ${category} | ${severity} | ${weight} | ${message} |`);
    },
  );

  it('names every language, and none that has no rules', () => {
    const sentence = /English has rules of its own\. For ([^.]*?) there is/s.exec(docs)?.[1] ?? '';
    expect(sentence.match(/\b[a-z]{2}\b/g)).toEqual(LEXICONS.map(({ language }) => language).sort());
  });

  it('describes every view, in order', () => {
    const table = docs.slice(docs.indexOf('| View |'), docs.indexOf('Single joiners'));
    expect(Array.from(table.matchAll(/^\| ([a-z]+) \|/gm), (match) => match[1])).toEqual(VIEW_NAMES);
  });

  it.each(PROFILES)('states the levels of %s', (profile) => {
    const { flag, block } = LEVELS[profile];
    expect(docs).toMatch(new RegExp(`\\| \`${profile}\`(?: \\(default\\))? \\| ${flag} \\| ${block} \\|`));
  });
});
