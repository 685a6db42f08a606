import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { dump } from 'js-yaml';
import { type ImportNote, importOriginal } from '../policy/analysis/import-original.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { prettyJson, problemLines, UNUSABLE } from './policy-set-in.ts';
import { safeText } from './safe-text.ts';

const COMBININGS = ['strongest', 'first_match'] as const;

export const policyImportCommand: Command = {
  name: 'policy import',
  summary: 'Write the rules of an original policy file in the form of today, and say what is different',
  operand: { name: 'FILE', description: 'the policy file of the original interceptor' },
  options: {
    combining: {
      value: 'HOW',
      description: 'strongest: the strongest rule wins; first_match: the original order decides (strongest)',
    },
    json: { description: 'the policies and the notes as JSON' },
  },
  exits: { [UNUSABLE]: 'the file cannot be read; every problem is named with its line' },
  run: importFile,
};

async function importFile(given: Given, terminal: Terminal): Promise<number> {
  const { operand: file, json } = given;
  if (typeof file !== 'string') throw new UsageError('a FILE is needed');
  const combining = combiningIn(given);
  const text = await readFile(file, 'utf8');
  const name = basename(file);
  const { value, errors } = parseYaml(name, text);
  const { imported, issues = [] } = value === undefined ? {} : importOriginal(value, combining);
  if (imported === undefined) {
    terminal.err(problemLines(errors ?? locateIssues(name, text, issues)));
    return UNUSABLE;
  }
  if (json === true) terminal.out(prettyJson(imported));
  else {
    terminal.out(dump(imported.policies, { lineWidth: 120 }));
    terminal.err(noteLines(imported.notes));
  }
  return 0;
}

function combiningIn({ combining = 'strongest' }: Given): (typeof COMBININGS)[number] {
  const known = COMBININGS.find((word) => word === combining);
  if (known !== undefined) return known;
  throw new UsageError(`--combining ${combining}: there are ${COMBININGS.join(', ')}`);
}

function noteLines(notes: readonly ImportNote[]): string {
  return notes.map(({ kind, message }) => `${kind.replace('_', ' ')}: ${safeText(message)}\n`).join('');
}
