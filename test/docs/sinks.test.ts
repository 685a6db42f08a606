import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { SINK_SCHEMAS, sinksSchema } from '../../src/sinks/sink-config.ts';
import { webhookHeaders, webhookKeys } from '../../src/sinks/standard-webhook.ts';
import { KEY, SECRET } from '../sinks/sink-log.ts';
import { tableRows, textOf } from './tables.ts';

const PAGE = textOf('docs/sinks.md');
const SECTIONS = PAGE.split(/^## /m);

function membersIn(section: string): Map<string, string> {
  const text = SECTIONS.find((one) => one.startsWith(section)) ?? '';
  const rows = tableRows(text, ['Member', 'Default', 'Meaning']);
  return new Map(
    rows.flatMap(([names = '', value = '']) =>
      names.split(', ').map((name): [string, string] => [name.replaceAll('`', ''), value]),
    ),
  );
}

describe('docs/sinks.md', () => {
  it.each(Object.entries(SINK_SCHEMAS))('has every member of a %s, with its default', (kind, { shape }) => {
    const documented = new Map([...membersIn('Setting one up'), ...membersIn(kind)]);
    expect([...documented.keys()].toSorted()).toEqual(Object.keys(shape).toSorted());
    for (const [name, schema] of Object.entries(shape)) {
      const found = (schema as { safeParse(value: unknown): { data?: unknown } }).safeParse(undefined).data;
      const isAll = name === 'event_types' || name === 'decisions';
      expect([name, documented.get(name)]).toEqual([name, isAll ? 'all' : String(found ?? '')]);
    }
  });

  it('shows sinks that can be configured', () => {
    const examples = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => load(text));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(sinksSchema.safeParse((example as { sinks: unknown }).sinks).error?.issues ?? []).toEqual([]);
    }
  });

  it('shows a check that takes what was signed, and nothing else', async () => {
    const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
    const directory = mkdtempSync(join(tmpdir(), 'aisecops-docs-'));
    const file = join(directory, 'check.mjs');
    writeFileSync(file, `${code}\nexport { isFromGateway };`);
    const { isFromGateway } = await import(/* @vite-ignore */ file);
    rmSync(directory, { recursive: true });
    const body = Buffer.from('{"event_type":"decision_made"}\n');
    const keys = [Buffer.alloc(32, 1), ...(webhookKeys(SECRET) ?? [])];
    expect(keys[1]).toEqual(KEY);
    const headers = webhookHeaders(body, { keys, nowMs: Date.now() });
    expect(isFromGateway(headers, body, SECRET)).toBe(true);
    expect(isFromGateway(headers, Buffer.from('{}\n'), SECRET)).toBe(false);
    expect(isFromGateway(headers, body, `whsec_${Buffer.alloc(32, 2).toString('base64')}`)).toBe(false);
    const old = webhookHeaders(body, { keys, nowMs: Date.now() - 600_000 });
    expect(isFromGateway(old, body, SECRET)).toBe(false);
  });
});
