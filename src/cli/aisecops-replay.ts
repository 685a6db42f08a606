import { replayCommand } from './replay.ts';
import { runSole } from './run.ts';

process.exitCode = await runSole({ name: 'aisecops-replay', command: replayCommand }, process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  isScreen: process.stdout.isTTY === true,
});
