import type { Stage, StageName } from './stage.ts';
import { approval } from './stages/approval.ts';
import { budget } from './stages/budget.ts';
import { capability } from './stages/capability.ts';
import { identity } from './stages/identity.ts';
import { localEnforcement } from './stages/local-enforcement.ts';
import { policy } from './stages/policy.ts';

/** The six controls in their fixed order. Adding a control is a file in `stages/` and a line here. */
export const PIPELINE: readonly { stage: StageName; judge: Stage }[] = [
  { stage: 'identity', judge: identity },
  { stage: 'local_enforcement', judge: localEnforcement },
  { stage: 'capability', judge: capability },
  { stage: 'policy', judge: policy },
  { stage: 'budget', judge: budget },
  { stage: 'approval', judge: approval },
];
