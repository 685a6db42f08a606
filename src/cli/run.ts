import { parseArgs } from 'node:util';
import { exitCodeOf, messageOf } from '../exit-codes.ts';
import { type Command, type Given, type Option, type Terminal, UsageError } from './command.ts';
import { safeLines } from './safe-text.ts';

/** A command-line tool: its name, what it is for, and what it can do. */
export type Tool = { name: string; about: string; commands: readonly Command[] };

const WRONG_CALL = 2;

/** A tool that does one thing and has no commands. */
export type SoleTool = { name: string; command: Command };

/** Runs the command that `argv` names. Resolves with the exit code; whatever goes wrong is said on standard error. */
export function run(tool: Tool, argv: readonly string[], terminal: Terminal): Promise<number> {
  return saying(tool.name, terminal, async () => {
    const command = commandIn(tool, argv);
    if (command === undefined) {
      terminal.out(helpOf(tool));
      return 0;
    }
    return runCommand(
      { name: `${tool.name} ${command.name}`, command },
      argv.slice(command.name.split(' ').length),
      terminal,
    );
  });
}

/** The same for a tool that does one thing. */
export function runSole(tool: SoleTool, argv: readonly string[], terminal: Terminal): Promise<number> {
  return saying(tool.name, terminal, async () => runCommand(tool, argv, terminal));
}

async function runCommand(tool: SoleTool, argv: readonly string[], terminal: Terminal): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    terminal.out(helpOfCommand(tool));
    return 0;
  }
  return tool.command.run(parse(tool.command, argv), terminal);
}

async function saying(name: string, terminal: Terminal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    // It may name what stands in a file.
    terminal.err(`${name}: ${safeLines(isUsage ? error.message : sentenceOf(error))}\n`);
    if (isUsage) terminal.err(`Try: ${name} --help\n`);
    return isUsage ? WRONG_CALL : exitCodeOf(error);
  }
}

/** What the system says of a file, in words. */
function sentenceOf(error: unknown): string {
  const { code, path } = Object(error) as { code?: unknown; path?: unknown };
  if (code === 'ENOENT') return `${path}: there is no such file`;
  if (code === 'EACCES') return `${path}: it may not be read by this user`;
  if (code === 'EISDIR') return 'a file is needed, and this is a directory';
  if (code === 'ENOSPC') return `${path ?? 'a file'}: the disk is full`;
  if (code === 'EEXIST') return `${path}: it is there already`;
  return messageOf(error);
}

/** Nothing where help is asked for. */
function commandIn({ commands }: Tool, argv: readonly string[]): Command | undefined {
  const [first] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return undefined;
  // The longest name first: `audit verify` before `audit`.
  const byLength = commands.toSorted((a, b) => b.name.length - a.name.length);
  const found = byLength.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word));
  if (found !== undefined) return found;
  throw new UsageError(`there is no command "${argv.filter((word) => !word.startsWith('-')).join(' ')}"`);
}

function parse({ options, operand }: Command, args: readonly string[]): Given {
  const config = Object.entries(options).map(([name, { value, multiple = false }]) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple },
  ]);
  try {
    const { values, positionals, tokens } = parseArgs({
      tokens: true,
      args: withValues(options, args),
      options: Object.fromEntries(config),
      strict: true,
      allowPositionals: operand !== undefined,
    });
    const names = tokens.flatMap((token) =>
      token.kind === 'option' && token.value !== undefined ? [token.name] : [],
    );
    const twice = names.find(
      (name, index) => names.indexOf(name) < index && options[name]?.multiple !== true,
    );
    if (twice !== undefined) throw new UsageError(`--${twice} is given twice`);
    return { ...values, ...operandsIn(operand, positionals) } as Given;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Only what the user wrote: the rest of the message is about the parser.
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
}

function operandsIn(operand: Command['operand'], given: readonly string[]): object {
  const { name = '', count = 1 } = operand ?? {};
  if (count > 1) {
    if (given.length !== count) throw new UsageError(`${name} are needed, not ${given.length} of them`);
    return { operand: given };
  }
  if (given.length > 1) throw new UsageError(`one ${name} is needed, not ${given.length}`);
  return given[0] === undefined ? {} : { operand: given[0] };
}

/** A value that is left out becomes the empty text, which the parser would take for a mistake. */
function withValues(options: Command['options'], args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const isLast = args[index + 1] === undefined || args[index + 1]?.startsWith('--') === true;
    return isLast && arg.startsWith('--') && options[arg.slice(2)]?.isOptional === true ? `${arg}=` : arg;
  });
}

function helpOf({ name, about, commands }: Tool): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `${about}\n\nUsage: ${name} <command> [options]\n\n${lines.join('\n')}\n\n${name} <command> --help says more of one.\n`;
}

function helpOfCommand({ name, command: { summary, operand, options, exits } }: SoleTool): string {
  const first: [string, string][] = operand === undefined ? [] : [[operand.name, operand.description]];
  const named = Object.entries(options).map(([option, given]): [string, string] => [
    `--${option}${placeholderOf(given)}`,
    given.description,
  ]);
  const all = [...first, ...named];
  const width = Math.max(...all.map(([text]) => text.length));
  const lines = all.map(([text, description]) => `  ${text.padEnd(width)}  ${description}`);
  const codes = { 0: 'done', 1: 'something could not be read or written', 2: 'the call is wrong', ...exits };
  const ends = Object.entries(codes).map(([code, meaning]) => `  ${code.padEnd(2)}  ${meaning}`);
  const usage = `${name}${operand === undefined ? '' : ` [${operand.name}]`} [options]`;
  return `${summary}\n\nUsage: ${usage}\n\n${lines.join('\n')}\n\nExit codes\n${ends.join('\n')}\n`;
}

function placeholderOf({ value, isOptional }: Option): string {
  if (value === undefined) return '';
  return isOptional === true ? ` [${value}]` : ` ${value}`;
}
