import { replayCommand } from './replay.ts';
import { runSole } from './run.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runSole(
  { name: 'aisecops-replay', command: replayCommand },
  process.argv.slice(2),
  processTerminal('aisecops-replay'),
);
