import type { z } from 'zod';
import {
  actionSearchSchema,
  evaluationSchema,
  evaluationsSchema,
  subjectSearchSchema,
} from '../../authzen/request.ts';
import { outcomeReportSchema } from '../../evaluation/outcome-report.ts';
import {
  planSchema,
  shorthandSchema,
  sourceSchema,
  stepSchema,
  stepSourceSchema,
} from '../../plan/schema.ts';
import { tokenRequestSchema } from '../../tokens/token-rules.ts';
import { agentInputSchema, agentPageSchema, agentPatchSchema, agentSchema } from './agent.ts';
import { approvalPageSchema, approvalSchema } from './approval.ts';
import { auditEventSchema, auditPageSchema } from './audit.ts';
import {
  accessDecisionSchema,
  actionsAnswerSchema,
  evaluationsAnswerSchema,
  metadataSchema,
  subjectsAnswerSchema,
} from './authzen.ts';
import { backtestCauseSchema, backtestListSchema, backtestSchema, flipPageSchema } from './backtest.ts';
import { bundleChangesSchema, decisionChangesSchema, decisionWitnessSchema } from './bundle-changes.ts';
import {
  batchAnswerSchema,
  decisionAnswerSchema,
  explanationSchema,
  findingSchema,
  layerSchema,
  matchedRuleSchema,
  obligationSchema,
  receiptSchema,
  ruleTraceSchema,
  stepDecisionSchema,
} from './decision.ts';
import { diffCauseSchema, diffChangeSchema, traceDiffSchema } from './diff.ts';
import { driftSchema, driftWindowSchema } from './drift.ts';
import { outcomeAnswerSchema } from './execution.ts';
import { graphEdgeSchema, graphNodeSchema, graphSchema } from './graph.ts';
import { holdInputSchema, holdPageSchema, holdSchema } from './hold.ts';
import { ingestAnswerSchema, originInputSchema, originListSchema, originSchema } from './ingest.ts';
import { jwksSchema, permitAnswerSchema } from './permit.ts';
import { budgetListSchema, capabilityListSchema, fileProblemSchema } from './policy.ts';
import {
  activateInputSchema,
  activationAnswerSchema,
  activationPageSchema,
  activationSchema,
  bundleListSchema,
  bundleSchema,
  publicationSchema,
  publishInputSchema,
} from './policy-version.ts';
import { problemSchema } from './problem.ts';
import { recordDifferenceSchema } from './reevaluation.ts';
import { traceEvidenceSchema, tracePageSchema, traceReplaySchema, traceSummarySchema } from './replay.ts';
import { deadLetterSchema, sinkFailuresSchema, sinkRetrySchema, sinkSchema } from './sink.ts';
import { submissionSchema } from './submission.ts';
import { createdTokenSchema, tokenPageSchema, tokenSchema } from './token.ts';
import {
  shownKeySchema,
  shownSourceSchema,
  trustKeyInputSchema,
  trustSourceInputSchema,
  trustSourcePageSchema,
} from './trust.ts';

/** Schemas of what callers send, by the name they have in the OpenAPI document. */
export const INPUT_SCHEMAS: Record<string, z.ZodType> = {
  Submission: submissionSchema,
  PlanSubmission: planSchema,
  ShorthandSubmission: shorthandSchema,
  Source: sourceSchema,
  StepSource: stepSourceSchema,
  Step: stepSchema,
  AccessEvaluation: evaluationSchema,
  AccessEvaluations: evaluationsSchema,
  SubjectSearch: subjectSearchSchema,
  ActionSearch: actionSearchSchema,
  OutcomeReport: outcomeReportSchema,
  AgentRegistration: agentInputSchema,
  AgentPatch: agentPatchSchema,
  TokenRequest: tokenRequestSchema,
  TrustSourceRegistration: trustSourceInputSchema,
  TrustKeyRequest: trustKeyInputSchema,
  HoldRequest: holdInputSchema,
  OriginRegistration: originInputSchema,
  PolicyPublication: publishInputSchema,
  ActivationRequest: activateInputSchema,
};

/** Schemas of what callers get. */
export const OUTPUT_SCHEMAS: Record<string, z.ZodType> = {
  Problem: problemSchema,
  Decision: decisionAnswerSchema,
  BatchDecisions: batchAnswerSchema,
  Explanation: explanationSchema,
  StepDecision: stepDecisionSchema,
  MatchedRule: matchedRuleSchema,
  RuleLayer: layerSchema,
  Obligation: obligationSchema,
  RuleTrace: ruleTraceSchema,
  Finding: findingSchema,
  Receipt: receiptSchema,
  AccessDecision: accessDecisionSchema,
  AccessDecisions: evaluationsAnswerSchema,
  SubjectsFound: subjectsAnswerSchema,
  ActionsFound: actionsAnswerSchema,
  AuthzenMetadata: metadataSchema,
  Outcome: outcomeAnswerSchema,
  PermitVerdict: permitAnswerSchema,
  Jwks: jwksSchema,
  Approval: approvalSchema,
  ApprovalPage: approvalPageSchema,
  AuditEvent: auditEventSchema,
  AuditPage: auditPageSchema,
  Sink: sinkSchema,
  DeadLetter: deadLetterSchema,
  SinkFailures: sinkFailuresSchema,
  SinkRetry: sinkRetrySchema,
  LogOrigin: originSchema,
  LogOrigins: originListSchema,
  LogIngested: ingestAnswerSchema,
  Hold: holdSchema,
  HoldPage: holdPageSchema,
  TraceSummary: traceSummarySchema,
  TracePage: tracePageSchema,
  TraceReplay: traceReplaySchema,
  TraceEvidence: traceEvidenceSchema,
  TraceDiff: traceDiffSchema,
  DiffChange: diffChangeSchema,
  RecordDifference: recordDifferenceSchema,
  DiffCause: diffCauseSchema,
  Backtest: backtestSchema,
  BacktestList: backtestListSchema,
  BacktestCause: backtestCauseSchema,
  FlipPage: flipPageSchema,
  TraceGraph: graphSchema,
  GraphNode: graphNodeSchema,
  GraphEdge: graphEdgeSchema,
  Agent: agentSchema,
  AgentPage: agentPageSchema,
  TrustSource: shownSourceSchema,
  TrustKey: shownKeySchema,
  TrustSourcePage: trustSourcePageSchema,
  Token: tokenSchema,
  CreatedToken: createdTokenSchema,
  TokenPage: tokenPageSchema,
  Bundle: bundleSchema,
  BundleList: bundleListSchema,
  FileProblem: fileProblemSchema,
  Publication: publicationSchema,
  Activation: activationSchema,
  ActivationPage: activationPageSchema,
  ActivationAnswer: activationAnswerSchema,
  BundleChanges: bundleChangesSchema,
  DecisionChanges: decisionChangesSchema,
  DecisionWitness: decisionWitnessSchema,
  CapabilityList: capabilityListSchema,
  BudgetList: budgetListSchema,
  Drift: driftSchema,
  DriftWindow: driftWindowSchema,
};
