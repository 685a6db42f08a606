import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACCESS, type Access } from '../../src/http/access.ts';
import { PROBLEMS, type ProblemCode } from '../../src/http/problem-codes.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const errors = readFileSync('docs/errors.md', 'utf8');
const http = readFileSync('docs/http.md', 'utf8');

describe('docs/errors.md', () => {
  const documented = [...errors.matchAll(/^### (\w+)\n\nStatus (\d{3})\./gm)].map(([, code, status]) => ({
    code,
    status: Number(status),
  }));

  it('has a section for every code of the registry, with its status, and no other', () => {
    const registered = Object.entries(PROBLEMS).map(([code, { status }]) => ({ code, status }));
    const byCode = (a: { code?: string | undefined }, b: { code?: string | undefined }) =>
      String(a.code) < String(b.code) ? -1 : 1;
    expect(documented.toSorted(byCode)).toEqual(registered.toSorted(byCode));
  });

  it('has no section that is not of this form', () => {
    expect([...errors.matchAll(/^### /gm)]).toHaveLength(documented.length);
  });
});

describe('problem codes', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'http/problem-codes.ts')
    .map((file) => readFileSync(`src/${file}`, 'utf8'))
    .join('\n')
    // What an operation documents is not yet raised.
    .replace(/problems: \[[^\]]*\]|PROBLEMS = \[[^\]]*\]/g, '');

  it.each(Object.keys(PROBLEMS) as ProblemCode[])('%s is raised somewhere', (code) => {
    expect(sources).toMatch(new RegExp(`'${code}'`));
  });
});

describe('docs/http.md', () => {
  it('shows the access table as it is', () => {
    const rows = Object.entries(ACCESS).map(([route, access]) => `| \`${route}\` | ${shown(access)} |`);
    for (const row of rows) expect(http).toContain(row);
    expect([...http.matchAll(/^\| `[A-Z]+ \//gm)]).toHaveLength(rows.length);
  });

  it('lists every metric of our own, and no other', async () => {
    const metrics = createMetrics({
      isKnownTenant: () => false,
      audit: () => ({ state: 'open', waiting: 0, bytes: 0, next_sequence: 0, checkpoint_failures: 0 }),
      bundleAgeSeconds: () => 0,
      sinks: async () => [],
    });
    metrics.watchDrift(() => ({ bundle: 0, decisions: 0 }));
    metrics.watchClassifier(() => false);
    metrics.watchHistory(() => ({ steps: 0, unanswered: 0 }));
    metrics.watchInspections(() => 0);
    const exposed = new Set(
      [...(await metrics.text()).matchAll(/^# TYPE (aisecops_\w+)/gm)].map(([, name]) => name),
    );
    const documented = new Set([...http.matchAll(/^\| `(aisecops_\w+)` \|/gm)].map(([, name]) => name));
    expect(documented).toEqual(exposed);
  });
});

function shown(access: Access): string {
  if (typeof access === 'string') return access.replaceAll('_', ' ');
  return [...access, 'admin'].map((role) => `\`${role}\``).join(' ');
}
