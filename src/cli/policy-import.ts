import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { dump } from 'js-yaml';
import { type Imported, importOriginal } from '../policy/analysis/import-original.ts';
import type { ImportNote } from '../policy/analysis/original-reading.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { counted, prettyJson, problemLines, UNUSABLE } from './policy-set-in.ts';
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
  const notes = placed(imported.notes, name, text);
  if (json === true) terminal.out(prettyJson({ ...imported, notes }));
  else {
    terminal.out(dump(imported.policies, { lineWidth: 120 }));
    terminal.err(keyLines(imported.keys));
    terminal.err(noteLines(notes, name));
  }
  return 0;
}

function combiningIn({ combining = 'strongest' }: Given): (typeof COMBININGS)[number] {
  const known = COMBININGS.find((word) => word === combining);
  if (known !== undefined) return known;
  throw new UsageError(`--combining ${combining}: there are ${COMBININGS.join(', ')}`);
}

type PlacedNote = ImportNote & { line?: number; column?: number };

/** With line and column, where a note is of one place. */
function placed(notes: readonly ImportNote[], name: string, text: string): PlacedNote[] {
  const ofPlace = notes.filter(({ pointer }) => pointer !== undefined);
  const issues = ofPlace.map(({ message, pointer = '' }) => ({ pointer, message }));
  const places = issues.length === 0 ? [] : locateIssues(name, text, issues);
  const byNote = new Map(ofPlace.map((note, index) => [note, places[index]]));
  return notes.map((note) => {
    const at = byNote.get(note);
    return at === undefined ? note : { ...note, line: at.line, column: at.column };
  });
}

const MAX_IDS_SHOWN = 5;

function keyLines(keys: Imported['keys']): string {
  return keys
    .map(({ key, rule_ids: ids }) => {
      const more = ids.length > MAX_IDS_SHOWN ? ` and ${ids.length - MAX_IDS_SHOWN} more` : '';
      const shown = ids.slice(0, MAX_IDS_SHOWN).join(', ');
      return `read: ${safeText(key)} became ${counted(ids.length, 'rule')}: ${safeText(shown)}${more}\n`;
    })
    .join('');
}

function noteLines(notes: readonly PlacedNote[], name: string): string {
  return notes
    .map(({ kind, message, line, column }) => {
      const place = line === undefined ? '' : `${name}:${line}:${column}: `;
      return `${safeText(place)}${kind.replace('_', ' ')}: ${safeText(message)}\n`;
    })
    .join('');
}
