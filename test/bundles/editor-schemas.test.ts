import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { editorSchema, editorSchemaName } from '../../src/bundles/editor-schemas.ts';
import { loadPolicySet, POLICY_FILES, type PolicyFileName } from '../../src/bundles/load-policy-set.ts';
import { parseYaml } from '../../src/policy/yaml.ts';

const ROOT = new URL('../../policies/', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const ajv = new Ajv2020({ strict: false, unicodeRegExp: true });
const checks = new Map(POLICY_FILES.map((file) => [file, ajv.compile(editorSchema(file))]));
const accepts = (file: PolicyFileName, text: string) =>
  checks.get(file)?.(parseYaml(file, text).value) === true;

describe.each(POLICY_FILES)('the schema of %s', (file) => {
  it('is the one in policies/schema: `aisecops policy schema --out policies/schema` writes it', () => {
    expect(JSON.parse(textOf(`schema/${editorSchemaName(file)}`))).toEqual(editorSchema(file));
  });

  it('is named in the first line of the file, where it is', () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(file)) ?? [];
    expect(existsSync(new URL(path, ROOT))).toBe(true);
    expect(path).toBe(`schema/${editorSchemaName(file)}`);
  });

  it('accepts the file that comes with the gateway, and no other key', () => {
    expect(accepts(file, textOf(file))).toBe(true);
    expect(accepts(file, `${textOf(file)}\nunheard_of: 1\n`)).toBe(false);
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
    'args: { to: { in_domains: [acme.example] }, a.b: { in: [1, x, null, true] } }, action: allow',
    'id: a, action: require_approval, approval: { ttl: 15m, required: 2, approvers: [lee, sam] }, reason: why_not, mode: shadow',
    'action: allow, obligations: [{ redact: /x }, { cap: { /amount: 5 } }]',
  ])('accepts { %s }, as loading does', (members) => {
    expect(accepts('policies.yaml', rule(members))).toBe(true);
    expect(loadPolicySet({ 'policies.yaml': rule(members) }).problems).toBeUndefined();
  });
});
