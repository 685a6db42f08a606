import { auditPushCommand } from './audit-push.ts';
import { backtestCommand } from './backtest.ts';
import { holdsCommand } from './holds.ts';
import { policyCoverageCommand } from './policy-coverage.ts';
import { policyDiffCommand } from './policy-diff.ts';
import { policyExplainCommand } from './policy-explain.ts';
import { policyImportCommand } from './policy-import.ts';
import { policyLintCommand } from './policy-lint.ts';
import { policyPublishCommand } from './policy-publish.ts';
import { policySchemaCommand } from './policy-schema.ts';
import { policySignCommand } from './policy-sign.ts';
import { policyTestCommand } from './policy-test.ts';
import { proofCommand } from './proof.ts';
import { provenanceSignCommand } from './provenance-sign.ts';
import { purgeCommand } from './purge.ts';
import { rebuildIndexCommand } from './rebuild-index.ts';
import { rotateKeyCommand } from './rotate-key.ts';
import type { Tool } from './run.ts';
import { tailCommand } from './tail.ts';
import { verifyCommand } from './verify.ts';

/** All that `aisecops` can do. */
export const AISECOPS: Tool = {
  name: 'aisecops',
  about:
    'Tools for the AISecOps Interceptor. Policies and evidence are checked from files alone: no server, no store, no network.',
  commands: [
    verifyCommand('verify'),
    verifyCommand('audit verify'),
    proofCommand,
    tailCommand,
    auditPushCommand,
    rebuildIndexCommand,
    policyLintCommand,
    policyTestCommand,
    policyDiffCommand,
    policyExplainCommand,
    policyCoverageCommand,
    policyImportCommand,
    policySchemaCommand,
    backtestCommand,
    purgeCommand,
    holdsCommand,
    rotateKeyCommand,
    policySignCommand,
    policyPublishCommand,
    provenanceSignCommand,
  ],
};
