import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { EvaluateAnswer } from '../evaluation/answer.ts';
import { DecidedPlans } from '../evaluation/decided-plans.ts';
import { createEvaluate } from '../evaluation/evaluate.ts';
import type { DecisionOwner } from '../evaluation/evaluation-parts.ts';
import { createReportOutcome } from '../evaluation/outcome.ts';
import { ParentPlans } from '../evaluation/parent-plans.ts';
import { TraceClaims } from '../evaluation/trace-claims.ts';
import type { Inspector } from '../inspection/inspector.ts';
import { Outcomes } from '../permits/outcomes.ts';
import { createDecisionObserver } from '../telemetry/decision-observer.ts';
import { clock } from './clock.ts';
import { openClassifier } from './open-classifier.ts';
import type { Controls } from './open-controls.ts';
import type { LogSide } from './open-log-side.ts';
import type { Rules } from './open-rules.ts';

type Sides = { side: LogSide; rules: Rules; controls: Controls; inspector: Inspector };
type CountDecision = (answer: EvaluateAnswer, owner: DecisionOwner) => void;

/** What decides plans, and takes what became of them. */
export function openEvaluation(
  config: Config,
  logger: Logger,
  { side, rules, controls, inspector }: Sides,
  count: CountDecision,
) {
  const { store, log, screen, record, readEvents, newId } = side;
  const { agents, bundles, history, metrics, trust, contents } = rules;
  const { approvals, ledger, permits } = controls;
  const plans = new DecidedPlans({ index: store, readEvents });
  const traces = new TraceClaims({ traceState: (id) => store.traceState(id) });
  const parents = new ParentPlans({ index: store, readEvents, bundle: () => bundles.active.bundle });
  const shared = { log, ledger, permits, record, clock, newId, contents, inspect: inspector.texts };
  return {
    evaluate: createEvaluate({
      ...{ ...shared, agents, approvals, history, traces, parents, screen },
      secrets: side.guard.secrets,
      ...openClassifier(config, metrics),
      policySet: () => bundles.active,
      trust: () => trust.registry,
      recordTexts: config.record_texts,
      observe: createDecisionObserver<EvaluateAnswer, DecisionOwner>(metrics, logger, count),
    }),
    reportOutcome: createReportOutcome({
      ...{ ...shared, outcomes: new Outcomes({ store }), plans },
      bundle: () => bundles.active.bundle,
    }),
  };
}
