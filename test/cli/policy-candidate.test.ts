import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { policyCandidate } from '../../src/cli/policy-candidate.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { compileBundle } from '../../src/policy/compile.ts';

const root = mkdtempSync(join(tmpdir(), 'aisecops-candidate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CAPABILITIES = 'capabilities: { c: { tools: [t] } }\n';
const LAYER =
  'layer: tenant\ntenant_id: acme\nrules: [{ id: own, tool_name: t, action: allow, overrides: [all] }]\n';
const EVERYONE = 'rules: [{ id: all, tool_name: t, action: block, overridable: true }]\n';
const RECORDED = compileBundle({
  'policies.yaml': `bundle: production\n${EVERYONE}`,
  'capabilities.yaml': CAPABILITIES,
  'layers/acme.yaml': LAYER,
}).bundle?.content as JsonObject;

let directories = 0;
/** Files in a directory of their own; the path of the first. */
function written(files: Record<string, string>): string {
  directories += 1;
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(root, String(directories), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
  return paths[0] ?? '';
}

async function candidate(path: string) {
  const bundle = await policyCandidate(path, async () => RECORDED);
  const rules = (bundle?.content['rules'] ?? []) as { id: string; layer?: object }[];
  return {
    name: bundle?.name,
    rules: rules.map(({ id, layer }) => (layer === undefined ? id : `${id} of a layer`)),
  };
}

describe('a candidate', () => {
  it.each<[string, Record<string, string>, string, string[]]>([
    [
      'that is a file alone has what was recorded beside it',
      { 'new.yaml': EVERYONE },
      'production',
      ['all', 'own of a layer'],
    ],
    [
      'that names itself and brings capabilities has the layers all the same',
      { 'new.yaml': `bundle: b\n${EVERYONE}`, 'capabilities.yaml': CAPABILITIES },
      'b',
      ['all', 'own of a layer'],
    ],
    [
      'with layers beside it has those',
      { 'new.yaml': EVERYONE, 'layers/other.yaml': LAYER.replace('id: own', 'id: other') },
      'production',
      ['all', 'other of a layer'],
    ],
    [
      'with rules of layers in it has those',
      {
        'new.yaml': EVERYONE.replace(
          ' }]',
          ' }, { id: in, layer: { kind: tenant, tenant_id: x }, action: block }]',
        ),
      },
      'production',
      ['all', 'in of a layer'],
    ],
  ])('%s', async (_what, files, name, rules) => {
    expect(await candidate(written(files))).toEqual({ name, rules });
  });

  it('that is a directory has the layers that it has, and no others', async () => {
    const path = written({ 'policies.yaml': EVERYONE });
    expect(await candidate(dirname(path))).toEqual({ name: 'production', rules: ['all'] });
  });

  it('that a recorded layer does not fit is refused, and says so', async () => {
    const path = written({ 'new.yaml': EVERYONE.replace('id: all', 'id: everyone') });
    await expect(candidate(path)).rejects.toThrow(
      /with what was recorded beside it cannot be used:[\s\S]*all/,
    );
  });
});
