import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  EDITOR_FILES,
  type EditorFile,
  editorSchema,
  editorSchemaName,
  LAYER_FILES,
} from '../../src/bundles/editor-schemas.ts';
import { loadPolicySet, type PolicyFiles } from '../../src/bundles/load-policy-set.ts';
import { parseYaml } from '../../src/policy/yaml.ts';

const ROOT = new URL('../../policies/', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const ajv = new Ajv2020({ strict: false, unicodeRegExp: true });
const checks = new Map(EDITOR_FILES.map((file) => [file, ajv.compile(editorSchema(file))]));
const accepts = (file: EditorFile, text: string) => checks.get(file)?.(parseYaml(file, text).value) === true;

/** A file of each kind, below `policies/`. */
const written = (file: EditorFile) => (file === LAYER_FILES ? '../examples/policies/layers/acme.yaml' : file);

describe.each(EDITOR_FILES)('the schema of %s', (file) => {
  it('is the one in policies/schema: `aisecops policy schema --out policies/schema` writes it', () => {
    expect(JSON.parse(textOf(`schema/${editorSchemaName(file)}`))).toEqual(editorSchema(file));
  });

  it('is named in the first line of the file, where it is', () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(written(file))) ?? [];
    const named = new URL(path, new URL(written(file), ROOT));
    expect(existsSync(named)).toBe(true);
    expect(named).toEqual(new URL(`schema/${editorSchemaName(file)}`, ROOT));
  });

  it('accepts the file that comes with the gateway, and no other key', () => {
    expect(accepts(file, textOf(written(file)))).toBe(true);
    expect(accepts(file, `${textOf(written(file))}\nunheard_of: 1\n`)).toBe(false);
  });
});

describe('the schema of policies.yaml', () => {
  const rule = (members: string) => `rules: [{ ${members} }]`;
  it.each([
    'tool_name: x, acton: block',
    'tool_name: x, action: deny',
    'match: { tool: x }, action: block',
    'match: { sensitivity_level: { atleast: high } }, action: block',
    'args: { amount: { greater: 5 } }, action: block',
    'args: { amount: { gt: "5" } }, action: block',
    'taint: { body: trustworthy }, action: block',
    'obligations: [{ redakt: /x }], action: allow',
    'approval: { required: 0 }, action: require_approval',
    'tool_name: x',
  ])('refuses { %s }, as loading does', (members) => {
    expect(accepts('policies.yaml', rule(members))).toBe(false);
    expect(loadPolicySet({ 'policies.yaml': rule(members) }).problems?.length).toBeGreaterThan(0);
  });

  it.each([
    'tool_name: [x, "y.*"], sensitivity_level: { gte: high }, action: block',
    'match: { provenance: { lowest_trust: { at_most: external } }, findings: { severity: high } }, action: block',
    'args: { to: { in_domains: [acme.example] }, a.b: { in: [1, 2.5, null] } }, action: allow',
    'id: a, action: require_approval, approval: { ttl: 15m, required: 2, approvers: [lee, sam] }, reason: why_not, mode: shadow',
    'action: allow, obligations: [{ redact: /x }, { cap: { /amount: 5 } }]',
    'action: block, sensitivity_level: HIGH',
    'action: block, match: { sensitivity_level: [Low, mEDIUM] }',
    'action: block, sensitivity_level: { gte: Critical }',
    'action: block, history: [{ within: trace, sensitivity_level: { gt: LOW } }]',
    'action: block, match: { findings: { severity: HIGH } }',
  ])('accepts { %s }, as loading does', (members) => {
    expect(accepts('policies.yaml', rule(members))).toBe(true);
    expect(loadPolicySet({ 'policies.yaml': rule(members) }).problems).toBeUndefined();
  });

  it.each([
    'high_risk_tools_mode: EXTEND',
    'data_classification: { blocked_sensitivity_levels: [High] }',
    'blocked_tools: [x]\nhigh_risk_tools_mode: Override',
  ])('accepts %j, as loading does', (keys) => {
    const text = `${keys}\nhigh_risk_tools: [y]\n`;
    expect(loadPolicySet({ 'policies.yaml': text }).problems).toBeUndefined();
    expect(accepts('policies.yaml', text)).toBe(true);
  });

  it('offers the plain form of a level, and refuses what is none in any case of letters', () => {
    expect(JSON.stringify(editorSchema('policies.yaml'))).toContain(
      '"enum":["low","medium","high","critical"]',
    );
    expect(accepts('policies.yaml', rule('action: block, sensitivity_level: HIGHER'))).toBe(false);
    expect(accepts('policies.yaml', rule('action: block, sensitivity_level: xHIGH'))).toBe(false);
  });
});

describe('the schema of a layer', () => {
  const problemsOf = (text: string) => {
    const files: PolicyFiles = { 'policies.yaml': 'rules: [{ action: block }]', 'layers/own.yaml': text };
    return loadPolicySet(files).problems;
  };
  it.each([
    'layer: tenant',
    'tenant_id: acme',
    'layer: nation\ntenant_id: acme',
    'layer: tenant\ntenant_id: acme\ngroup: buying',
    'layer: tenant\ntenant_id: acme\nagent_id: a-1',
    'layer: agent_group\ntenant_id: acme',
    'layer: agent_group\ngroup: buying\nagent_id: a-1',
    'layer: agent\nagent_id: a-1',
    'layer: agent\ntenant_id: acme\nagent_id: a-1\ngroup: buying',
    'layer: tenant\ntenant_id: 5',
    'layer: tenant\ntenant_id: ""',
    'layer: tenant\ntenant_id: acme\ndefault: allow',
    'layer: tenant\ntenant_id: acme\ncombining: strongest',
    'layer: tenant\ntenant_id: acme\nrules: [{ acton: block }]',
    'layer: tenant\ntenant_id: acme\nrules: [{ action: block, layer: { kind: tenant, tenant_id: acme } }]',
    'layer: tenant\ntenant_id: acme\ntests: [{ name: t }]',
  ])('refuses %j, as loading does', (text) => {
    expect(accepts(LAYER_FILES, text)).toBe(false);
    expect(problemsOf(text)?.map(({ file }) => file)).toContain('layers/own.yaml');
  });

  it.each([
    'layer: tenant\ntenant_id: acme',
    'layer: agent_group\ngroup: buying\nrules: []',
    'layer: agent_group\ngroup: buying\ntenant_id: acme',
    'layer: agent\ntenant_id: acme\nagent_id: a-1\nrules: [{ tool_name: x, action: block }]',
  ])('accepts %j, as loading does', (text) => {
    expect(accepts(LAYER_FILES, text)).toBe(true);
    expect(problemsOf(text)).toBeUndefined();
  });
});
