import { AISECOPS } from './aisecops-tool.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await run(AISECOPS, process.argv.slice(2), processTerminal(AISECOPS.name));
