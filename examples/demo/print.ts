import type { Beat } from './story.ts';

const WIDTH = 96;
const LABEL = 10;
const INDENT = 4;

/** Colours for a terminal; text as it is elsewhere, and wherever NO_COLOR is set. */
const isColoured = process.stdout.isTTY === true && !process.env['NO_COLOR'];

const COLOURS = { allow: 32, block: 31, require_approval: 33, title: 1, faint: 2 } as const;

function paint(colour: keyof typeof COLOURS, text: string): string {
  return isColoured ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
}

export function titleLine(number: number, title: string): string {
  return `\n${paint('title', `${String(number).padStart(2)}  ${title}`)}`;
}

/** A beat as lines of at most 96 columns. */
export function beatLines(beat: Beat): string {
  return beat.kind === 'done' ? doneLines(beat) : askedLines(beat);
}

function doneLines({ text, isAsScripted }: Extract<Beat, { kind: 'done' }>): string {
  return [
    field('then', text),
    ...(isAsScripted ? [] : [field('UNEXPECTED', 'this is not in the script')]),
  ].join('\n');
}

function askedLines({ asked, answer, script, isAsScripted }: Extract<Beat, { kind: 'asked' }>): string {
  const { decision, reason, control, explanation } = answer;
  const verdict = `${decision}  ${reason}  control ${control}, risk ${explanation.risk_score} ${explanation.risk_level}`;
  return [
    field('asked', asked),
    field('decision', verdict).replace(decision, paint(decision, decision)),
    field('summary', explanation.summary),
    ...(decision === 'allow' ? [] : [field('remedy', explanation.remedy)]),
    ...(isAsScripted ? [] : [field('UNEXPECTED', `the script says ${script.decision}, ${script.reason}`)]),
  ].join('\n');
}

function field(label: string, text: string): string {
  const [first = '', ...rest] = wrap(text, WIDTH - INDENT - LABEL - 1);
  const margin = ' '.repeat(INDENT + LABEL + 1);
  const head = `${' '.repeat(INDENT)}${paint('faint', label.padEnd(LABEL))} ${first}`;
  return [head, ...rest.map((line) => margin + line)].join('\n');
}

/** Breaks at spaces; a word longer than the line stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
