import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tableRows, textOf } from './tables.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DECISIONS = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
const PAGES = [
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'docs/decisions/README.md',
  ...DECISIONS.map((name) => `docs/decisions/${name}`),
];

/** Links to files, and paths of ours in backticks or in plain text. */
function pathsIn(page: string): string[] {
  const text = textOf(page);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
    join(dirname(page), path),
  );
  const named = [
    ...text.matchAll(/(?<![\w/.-])(?:src|docs|test|bench|examples)\/[\w./-]*\w\.(?:ts|md|sh|py)\b/g),
  ];
  return [...links, ...named.map(([path]) => path)];
}

describe('the pages of docs/', () => {
  it.each(PAGES)('%s points at files there are', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('the index has every decision with its title', () => {
    const listed = textOf('docs/decisions/README.md')
      .split('\n')
      .filter((line) => line.startsWith('- '));
    const expected = DECISIONS.map((name) => {
      const [heading = ''] = textOf(`docs/decisions/${name}`).split('\n');
      return `- [${name.slice(0, 4)}](${name}) ${heading.replace(/^# \d{4}:? /, '')}`;
    });
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('docs/architecture.md has every folder of src/ and what it may import, as the law says', () => {
    const shown = tableRows(textOf('docs/architecture.md'), ['Folder of `src/`', 'Subject', 'May import']);
    expect(Object.fromEntries(shown.map(([folder, , may]) => [folder, may]))).toEqual(foldersInLaw());
  });
});

/** The table of test/architecture.test.ts, read from its text: `…CORE` is `core`, an empty list is `nothing`. */
function foldersInLaw(): Record<string, string> {
  const [, table = ''] =
    /const MAY_IMPORT[^{]*\{([\s\S]*?)\n\};/.exec(textOf('test/architecture.test.ts')) ?? [];
  const entries = [...table.matchAll(/^ {2}'?([\w.-]+)'?: \[([^\]]*)\]/gm)];
  return Object.fromEntries(
    entries
      .filter(([, unit = '']) => !unit.endsWith('.ts'))
      .map(([, unit = '', list = '']) => {
        const names = [...list.matchAll(/\.\.\.(\w+)|'([\w.-]+)'/g)].map(
          ([, group, name]) => group?.toLowerCase() ?? name,
        );
        return [`${unit}/`, names.join(', ') || 'nothing'];
      }),
  );
}
