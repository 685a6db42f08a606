import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tableRows, textOf } from './tables.ts';

const FRAGMENTS = readdirSync(fileURLToPath(new URL('../../changes', import.meta.url)));
const KINDS = ['added', 'changed', 'fixed', 'security'];

/** Text on one line, as Markdown reads it. */
function flowing(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

describe('changes/', () => {
  it.each(FRAGMENTS)('%s is named by its day and tells one change', (name) => {
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$/);
    const [, kind = '', sentence = ''] = /^(\w+): (.+)$/s.exec(textOf(`changes/${name}`).trim()) ?? [];
    expect(KINDS).toContain(kind);
    expect(sentence).toMatch(/^[A-Z`].*\.$/s);
  });

  it('CHANGELOG.md has nothing unreleased that is no fragment', () => {
    const sentences = FRAGMENTS.map((name) => flowing(textOf(`changes/${name}`)).replace(/^\w+: /, ''));
    const [, unreleased = ''] =
      /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(textOf('CHANGELOG.md')) ?? [];
    const listed = unreleased.split(/^- /m).slice(1).map(flowing);
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((entry) => !sentences.includes(entry.replace(/ ###? .*$/, '')))).toEqual([]);
  });
});

describe('docs/decisions/0001-dependencies.md', () => {
  it('has a reason for every package the product runs on, and for no other', () => {
    const shown = tableRows(textOf('docs/decisions/0001-dependencies.md'), ['Package', 'For', 'Rather than']);
    const named = shown.flatMap(([packages = '']) => packages.split(', '));
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(named.sort()).toEqual(Object.keys(dependencies).sort());
  });
});
