import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EDITOR_FILES, editorSchema, editorSchemaName, LAYER_FILES } from '../bundles/editor-schemas.ts';
import { isLayerFile } from '../policy/layer-file.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { prettyJson } from './policy-set-in.ts';

export const policySchemaCommand: Command = {
  name: 'policy schema',
  summary: 'The JSON Schemas of the policy files, for editors that complete and check them',
  operand: { name: 'FILE', description: `one of ${EDITOR_FILES.join(', ')} (policies.yaml)` },
  options: { out: { value: 'DIR', description: 'write all of them into this directory instead' } },
  exits: {},
  run: schema,
};

async function schema({ operand = 'policies.yaml', out }: Given, terminal: Terminal): Promise<number> {
  if (typeof out === 'string') {
    await mkdir(out, { recursive: true });
    for (const file of EDITOR_FILES)
      await writeFile(join(out, editorSchemaName(file)), prettyJson(editorSchema(file)));
    return 0;
  }
  const file = isLayerFile(String(operand)) ? LAYER_FILES : EDITOR_FILES.find((name) => name === operand);
  if (file === undefined) throw new UsageError(`${operand}: there are ${EDITOR_FILES.join(', ')}`);
  terminal.out(prettyJson(editorSchema(file)));
  return 0;
}
