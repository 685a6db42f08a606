export type { Direction, Finding, Guard, Inspection, Redaction, Severity, Verdict } from './finding.ts';
export { DIRECTIONS, SEVERITIES, severityRank, VERDICTS } from './finding.ts';
export { type FindingNames, findingNames } from './finding-names.ts';
export { createGuard, type GuardOptions, INSPECTION_LIMIT } from './guard.ts';
export { type JsonRedaction, redactJson } from './redact-json.ts';
export { PROFILES, type Profile } from './score.ts';
export { redactText } from './secrets/redact-text.ts';
