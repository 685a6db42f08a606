import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction } from '../src/guard/index.ts';

/** A labelled text of the corpus; see the README beside the data for where the rows come from. */
export type CorpusRow = {
  id: string;
  text: string;
  label: 'attack' | 'benign';
  category: string;
  language: string;
  source: string;
  surface: string;
  group: string;
  tier?: 'explicit' | 'semantic' | 'tool_args';
  derived?: string;
};

/** A text that holds secrets or personal data, or one that only looks so. */
export type SensitiveRow = { id: string; text_b64: string; label: 'sensitive' | 'clean'; kinds: string[] };

export type Corpus = { rows: CorpusRow[]; sensitive: SensitiveRow[] };

/** Of benign rows: plain work, texts about attacks, and texts with the words that attacks use. */
export const BENIGN_KINDS = ['ordinary', 'trigger words', 'about injection'] as const;
export type BenignKind = (typeof BENIGN_KINDS)[number];

const DIRECTION_OF: Record<string, Direction> = {
  prompt: 'input',
  retrieved: 'context',
  tool_output: 'context',
  tool_description: 'context',
  tool_args: 'arguments',
  output: 'output',
};
const TRIGGER_WORDS = /^trigger_word|override_wording$/;
const ABOUT =
  /^(?:security_(?:article|discussion|changelog|training)|detector_code|docs_code_comment|owasp|research_blog)/;

const EXIT_NO_INPUT = 66;

/** The corpus in a directory; where that is not there, says so, and has the process end with 66. */
export function corpusIn(directory: string): Corpus | undefined {
  if (existsSync(directory)) return readCorpus(directory);
  process.stderr.write(
    `${directory} is not there. The labelled texts are not part of this repository: name their directory with --corpus DIR.\n`,
  );
  process.exitCode = EXIT_NO_INPUT;
  return undefined;
}

/**
 * Reads every `*.jsonl` of a directory; those whose name begins with `sensitive` hold secrets and personal data.
 * Throws where there is none.
 */
function readCorpus(directory: string): Corpus {
  const files = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  const isSensitive = (name: string) => name.startsWith('sensitive');
  const corpus = {
    rows: files.filter((name) => !isSensitive(name)).flatMap((name) => readLines<CorpusRow>(directory, name)),
    sensitive: files.filter(isSensitive).flatMap((name) => readLines<SensitiveRow>(directory, name)),
  };
  if (corpus.rows.length === 0) throw new Error(`${directory} holds no rows`);
  return corpus;
}

function readLines<Row>(directory: string, name: string): Row[] {
  return readFileSync(join(directory, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

export function directionOf({ surface }: CorpusRow): Direction {
  const direction = DIRECTION_OF[surface];
  if (direction === undefined) throw new Error(`no direction is known for surface ${surface}`);
  return direction;
}

export function benignKindOf({ category }: CorpusRow): BenignKind {
  if (TRIGGER_WORDS.test(category)) return 'trigger words';
  return ABOUT.test(category) ? 'about injection' : 'ordinary';
}

/** English, other languages, or no language at all (code, several at once). */
export function languageGroupOf({ language }: CorpusRow): string {
  if (language === 'en') return 'English';
  return language === 'code' || language === 'multi' ? 'code or several' : 'other languages';
}
