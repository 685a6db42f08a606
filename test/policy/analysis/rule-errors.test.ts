import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import { compileBundle, compileBundleContent } from '../../../src/policy/compile.ts';

const CAPABILITIES = `capabilities:
  c:
    tools:
      - web
      - name: mail
        parameters:
          type: object
          properties:
            to: { type: array, items: { type: object, properties: { email: { type: string } }, additionalProperties: false } }
            body: {}
            payee: { type: string }
            n: { type: integer }
          additionalProperties: false
      - name: pay
        parameters: { type: object, properties: { amount: { type: number } }, additionalProperties: false }
`;

/** `line:column pointer message (hint)` of every error in files with one rule, or several. */
function errorsOf(rules: string, layers: Record<string, string> = {}): string[] {
  const { problems = [] } = compileBundle({
    'policies.yaml': `rules:\n${rules}\n`,
    'capabilities.yaml': CAPABILITIES,
    ...layers,
  });
  return problems.map(
    ({ file, line, column, pointer, message, hint }) =>
      `${file}:${line}:${column} ${pointer} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

/** What stands at each `§` of these rules, and the errors there: the sign is left out of the text. */
function marked(rules: string): { errors: string[]; places: string[] } {
  const places: string[] = [];
  const lines = rules.split('\n').map((line, index) => {
    const parts = line.split('§');
    let column = 1;
    for (const part of parts.slice(0, -1)) {
      column += part.length;
      places.push(`policies.yaml:${index + 2}:${column}`);
    }
    return parts.join('');
  });
  return { errors: errorsOf(lines.join('\n')), places };
}

describe('a name that is nowhere in a closed list', () => {
  it.each([
    [
      'an argument that taint asks for',
      'taint: { §bdoy: { at_most: external } }',
      '/rules/0/taint/bdoy the tool mail has no argument /bdoy (did you mean body?)',
    ],
    [
      'a pointer',
      'taint: { §"/to/emial": { at_most: external } }',
      '/rules/0/taint/~1to~1emial the tool mail has no argument /to/emial (did you mean to.email?)',
    ],
    [
      'an argument',
      'args: { §paye: { eq: x } }',
      '/rules/0/args/paye the tool mail has no argument /paye (did you mean payee?)',
    ],
    [
      'an argument that must not be there',
      'args: { §paye: { exists: false } }',
      '/rules/0/args/paye the tool mail has no argument /paye (did you mean payee?)',
    ],
    [
      'an argument whose value is new',
      'history: [{ within: agent, window: 1h, tool_name: mail, §new: paye }]',
      '/rules/0/history/0/new the tool mail has no argument /paye (did you mean payee?)',
    ],
    [
      'an argument of an earlier step of another tool',
      'history: [{ within: agent, window: 1h, tool_name: pay, new: [§payee] }]',
      '/rules/0/history/0/new/0 the tool pay has no argument /payee',
    ],
    [
      'an argument whose value is the same, of this step',
      'history: [{ within: agent, window: 1h, §same: amount }]',
      '/rules/0/history/0/same the tool mail has no argument /amount',
    ],
    [
      'a path through a list',
      'history: [{ within: agent, window: 1h, tool_name: mail, §new: to.email }]',
      '/rules/0/history/0/new /to/email goes through a list, and `history` compares the value of one argument',
    ],
    [
      'a category of findings',
      'findings: { §category: instruction-override }',
      '/rules/0/findings/category the guard has no finding with the category instruction-override (did you mean instruction_override?)',
    ],
    [
      'a detector in a list',
      'match: { findings: { detector: [secret.aws, §secrets.aws] } }',
      '/rules/0/match/findings/detector/1 the guard has no finding with the detector secrets.aws (did you mean secret.aws?)',
    ],
    [
      'detectors by pattern',
      'findings: { §detector: "secrets.*" }',
      '/rules/0/findings/detector the guard has no finding with the detector secrets.*',
    ],
    [
      'a mode',
      '§runtime_mode: Sidecar',
      '/rules/0/runtime_mode must be one of gateway, sidecar, local_enforcement, air_gapped (did you mean sidecar?)',
    ],
    [
      'a mode that is left out',
      'match: { runtime_mode: { not_in: [§air_gaped] } }',
      '/rules/0/match/runtime_mode/not_in/0 must be one of gateway, sidecar, local_enforcement, air_gapped (did you mean air_gapped?)',
    ],
    [
      'all modes left out',
      'runtime_mode: { §not_in: [gateway, sidecar, local_enforcement, air_gapped] }',
      '/rules/0/runtime_mode/not_in every runtime_mode is left out, so the rule could never match',
    ],
    [
      'every name left out',
      'agent_name: { not_in: [a, §"*"] }',
      '/rules/0/agent_name/not_in/1 every agent_name is left out, so the rule could never match',
    ],
    [
      'every name left out in another way',
      'agent_name: { not_in: [a, §"?*"] }',
      '/rules/0/agent_name/not_in/1 every agent_name is left out, so the rule could never match',
    ],
    [
      'every earlier step left out',
      'history: [{ within: trace }, { within: trace, tool_name: { not_in: [§"*"] } }]',
      '/rules/0/history/1/tool_name/not_in/0 every tool_name is left out, so no earlier step is ever counted',
    ],
    [
      'an argument looked for by its name',
      `when: '§"bdoy" in args'`,
      '/rules/0/when the tool mail has no argument bdoy (did you mean body?)',
    ],
  ])('%s', (_, members, expected) => {
    const { errors, places } = marked(`  - { id: r, action: block, tool_name: mail, ${members} }`);
    expect(errors).toEqual([`${places[0]} ${expected}`]);
  });

  it('an argument that an obligation is about', () => {
    const { errors, places } = marked(
      '  - { id: r, action: allow, tool_name: mail, obligations: [{ §redact: /bdoy }, { cap: { §/m: 5 } }] }',
    );
    expect(errors).toEqual([
      `${places[0]} /rules/0/obligations/0/redact the tool mail has no argument /bdoy (did you mean body?)`,
      `${places[1]} /rules/0/obligations/1/cap/~1m the tool mail has no argument /m (did you mean n?)`,
    ]);
  });

  it.each([
    [
      'one of several tools has the argument',
      '{ tool_name: [mail, pay], taint: { amount: { at_most: external } } }',
    ],
    ['one of them takes any', '{ tool_name: [mail, web], taint: { bdoy: { at_most: external } } }'],
    ['no capability grants the tool', '{ tool_name: mial, taint: { bdoy: { at_most: external } } }'],
    ['it lies in what may be anything', '{ tool_name: mail, taint: { body.x.0.y: { at_most: external } } }'],
    ['it is an element by its index', '{ tool_name: mail, args: { /to/0/email: { eq: x } } }'],
    [
      'earlier steps of any tool have it',
      '{ tool_name: mail, history: [{ within: session, new: anything }] }',
    ],
    ['patterns name some', '{ findings: { detector: ["secret.*", override.*], category: "*_injection" } }'],
    ['a pattern covers a mode', '{ runtime_mode: "*gateway" }'],
  ])('nothing is wrong where %s', (_, members) => {
    expect(errorsOf(`  - { id: r, action: block, ${members.slice(1)}`)).toEqual([]);
  });

  it('is told of every rule, and where there are several in one', () => {
    const { errors, places } = marked(
      '  - { id: a, action: block, tool_name: mail, taint: { §x: { at_most: external }, §y: { at_most: external } } }\n  - id: b\n    action: allow\n    §runtime_mode: gatewy',
    );
    expect(errors.map((error) => error.split(' ')[0])).toEqual(places);
  });

  it('is no error once it was recorded: a decision can be made again under what decided it', () => {
    const rules = [
      { id: 'a ', action: 'block', match: { findings: { category: ['gone'] } } },
      { id: 'b', action: 'block', match: { runtime_mode: ['gone'] } },
    ];
    expect(compileBundleContent({ rules } as unknown as JsonObject).problems).toBeUndefined();
  });

  it('names of findings can be given, for patterns of operators', () => {
    const files = { 'policies.yaml': 'rules: [{ action: block, findings: { category: house_rule } }]' };
    expect(compileBundle(files).problems).toHaveLength(1);
    const findings = { detectors: [], categories: ['house_rule'], beginnings: [] };
    expect(compileBundle(files, { findings }).problems).toBeUndefined();
  });
});

it.each([
  'category: [provenance, model_suspicion, pii, canary, operator_pattern]',
  'detector: [provenance.content_hash_mismatch, classifier.house, canary.board_minutes, operator.codename, "canary.*", pii.iban]',
])('findings of sources, models and settings are known: %s', (asked) => {
  const rules = `rules: [{ id: a, action: block, findings: { ${asked} } }]`;
  expect(compileBundle({ 'policies.yaml': rules }).problems).toBeUndefined();
});

describe('a rule of a layer', () => {
  const layer = (head: string, match: string) =>
    errorsOf('  - { id: g, action: allow }', {
      'layers/t.yaml': `${head}\nrules:\n  - { id: x, action: block, match: { ${match} } }\n`,
    });

  it.each([
    ['layer: tenant\ntenant_id: t1', 'tenant_id: t2', 'tenant t1 and asks for another tenant_id'],
    [
      'layer: tenant\ntenant_id: t1',
      'tenant_id: { not_in: [t1] }',
      'tenant t1 and asks for another tenant_id',
    ],
    [
      'layer: agent\ntenant_id: t1\nagent_id: a1',
      'agent_id: [a2, a3]',
      'agent a1 of tenant t1 and asks for another agent_id',
    ],
    [
      'layer: agent_group\ngroup: g\ntenant_id: t1',
      'tenant_id: t2',
      'group g of tenant t1 and asks for another tenant_id',
    ],
  ])('%j never matches %s', (head, match, message) => {
    expect(layer(head, match)).toEqual([
      `layers/t.yaml:${head.split('\n').length + 2}:38 /rules/0/match/${match.split(':')[0]} the rule is one of ${message}, so it could never match (leave it out, or move the rule)`,
    ]);
  });

  it.each([
    ['layer: tenant\ntenant_id: t1', 'tenant_id: [t1, t2]'],
    ['layer: tenant\ntenant_id: t1', 'agent_id: a2'],
    ['layer: agent_group\ngroup: g', 'tenant_id: t2'],
  ])('%j may match %s', (head, match) => {
    expect(layer(head, match)).toEqual([]);
  });
});

describe('an id', () => {
  it.each([
    ['"a "', 'write "a"'],
    ['" a"', 'write "a"'],
    ['"e\u0301"', 'write "\u00e9"'],
    ['"a\u200bb"', 'write "ab"'],
    ['"\u2060"', undefined],
  ])('%j reads like another one and is refused', (id, hint) => {
    expect(errorsOf(`  - { id: ${id}, action: block }`)).toEqual([
      `policies.yaml:2:5 /rules/0/id an id has no white space at its ends, no invisible characters, and letters with accents as one (NFC)${hint === undefined ? '' : ` (${hint})`}`.replace(
        ':5 ',
        ':7 ',
      ),
    ]);
  });

  it('may differ from another by case, and hold spaces and letters of any script', () => {
    const ids = ['a', 'A', 'pay out', '\u00e9', '\u652f\u4ed8'];
    expect(errorsOf(ids.map((id) => `  - { id: "${id}", action: block }`).join('\n'))).toEqual([]);
  });
});
