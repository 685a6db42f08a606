import { AISECOPS_REPLAY } from './replay.ts';
import { runSole } from './run.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runSole(
  AISECOPS_REPLAY,
  process.argv.slice(2),
  processTerminal(AISECOPS_REPLAY.name),
);
