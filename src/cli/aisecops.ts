import { backtestCommand } from './backtest.ts';
import { holdsCommand } from './holds.ts';
import { policyPublishCommand } from './policy-publish.ts';
import { policySignCommand } from './policy-sign.ts';
import { proofCommand } from './proof.ts';
import { purgeCommand } from './purge.ts';
import { rebuildIndexCommand } from './rebuild-index.ts';
import { rotateKeyCommand } from './rotate-key.ts';
import { run } from './run.ts';
import { tailCommand } from './tail.ts';
import { verifyCommand } from './verify.ts';

const TOOL = {
  name: 'aisecops',
  about:
    'Tools for the AISecOps Interceptor. Evidence is checked from files alone: no server, no store, no network.',
  commands: [
    verifyCommand('verify'),
    verifyCommand('audit verify'),
    proofCommand,
    tailCommand,
    rebuildIndexCommand,
    backtestCommand,
    purgeCommand,
    holdsCommand,
    rotateKeyCommand,
    policySignCommand,
    policyPublishCommand,
  ],
};

process.exitCode = await run(TOOL, process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
});
