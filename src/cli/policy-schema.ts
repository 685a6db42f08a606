import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editorSchema, editorSchemaName } from '../bundles/editor-schemas.ts';
import { POLICY_FILES } from '../bundles/load-policy-set.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { prettyJson } from './policy-set-in.ts';

export const policySchemaCommand: Command = {
  name: 'policy schema',
  summary: 'The JSON Schemas of the policy files, for editors that complete and check them',
  operand: { name: 'FILE', description: `one of ${POLICY_FILES.join(', ')} (policies.yaml)` },
  options: { out: { value: 'DIR', description: 'write all of them into this directory instead' } },
  exits: {},
  run: schema,
};

async function schema({ operand = 'policies.yaml', out }: Given, terminal: Terminal): Promise<number> {
  if (typeof out === 'string') {
    await mkdir(out, { recursive: true });
    for (const file of POLICY_FILES)
      await writeFile(join(out, editorSchemaName(file)), prettyJson(editorSchema(file)));
    return 0;
  }
  const file = POLICY_FILES.find((name) => name === operand);
  if (file === undefined) throw new UsageError(`${operand}: there are ${POLICY_FILES.join(', ')}`);
  terminal.out(prettyJson(editorSchema(file)));
  return 0;
}
