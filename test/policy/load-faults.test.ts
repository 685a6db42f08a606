import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { parseYaml } from '../../src/policy/yaml.ts';

type Fault = { text: string; line: number; column: number; says: string; hint?: string };

function table(name: string): Fault[] {
  const text = readFileSync(new URL(`tables/${name}`, import.meta.url), 'utf8');
  const { value, errors } = parseYaml(name, text);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return value as unknown as Fault[];
}

describe('a fault in policies.yaml', () => {
  it.each(table('policies-faults.yaml'))('$text', ({ text, line, column, says, hint }) => {
    const { problems = [], bundle } = compileBundle({ 'policies.yaml': text });
    expect(bundle).toBeUndefined();
    const found = problems.find(({ message }) => message.includes(says));
    expect(found, JSON.stringify(problems)).toMatchObject({ file: 'policies.yaml', line, column });
    expect(found?.hint).toBe(hint);
  });

  it('is reported together with all others, in the order of the file', () => {
    const text =
      'rules:\n  - { action: block, when: 5 }\n  - { action: alow }\n  - { acton: allow }\nbundel: y\n';
    const { problems = [] } = compileBundle({
      'policies.yaml': text,
      'capabilities.yaml': 'capabilites: {}',
    });
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'policies.yaml:2',
      'policies.yaml:3',
      'policies.yaml:4',
      'policies.yaml:4',
      'policies.yaml:5',
      'capabilities.yaml:1',
    ]);
  });
});

describe('a fault in capabilities.yaml', () => {
  it.each(table('capabilities-faults.yaml'))('$text', ({ text, line, column, says }) => {
    const { problems = [] } = compileBundle({ 'policies.yaml': 'default: block', 'capabilities.yaml': text });
    const found = problems.find(({ message }) => message.includes(says));
    expect(found, JSON.stringify(problems)).toMatchObject({ file: 'capabilities.yaml', line, column });
  });
});
