export type { EvaluateAnswer } from '../evaluation/answer.ts';
export type { InspectAnswer, InspectRequest } from '../evaluation/inspect-request.ts';
export type { OutcomeAnswer } from '../evaluation/outcome.ts';
export { createLocalEnforcement, type LocalEnforcement } from './local-enforcement.ts';
export type { LocalOptions } from './local-options.ts';
export { type LocalBundle, LocalBundleError } from './local-policies.ts';
