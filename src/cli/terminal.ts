import { exitCodeOf } from '../exit-codes.ts';
import type { Terminal } from './command.ts';

/** 128 and the number of SIGPIPE, as every tool ends whose reader has gone. */
const READER_GONE = 141;

/**
 * The terminal of this process. It ends without a word where nobody reads what it says any more (`| head`), and says so
 * where it cannot be written (a full disk). What a command changes is durable before it says that it did.
 */
export function processTerminal(name: string): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(READER_GONE);
    process.stderr.write(`${name}: the output cannot be written: ${error.message}\n`);
    process.exit(exitCodeOf(error));
  });
  // Progress and warnings that nobody reads are no reason to end.
  process.stderr.on('error', () => undefined);
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    isScreen: process.stdout.isTTY === true,
  };
}
