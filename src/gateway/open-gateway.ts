import type { Logger } from 'pino';
import { createBudgetReport } from '../budgets/budget-report.ts';
import { type Config, sinkTargets } from '../config.ts';
import { openDrift } from '../drift/open-drift.ts';
import { Holds } from '../holds/holds.ts';
import { HeldBack } from '../ingest/held-back.ts';
import { readinessOf } from '../readiness.ts';
import { clock } from './clock.ts';
import type { Gateway } from './gateway.ts';
import { openControls } from './open-controls.ts';
import { openEvaluation } from './open-evaluation.ts';
import { openInspector } from './open-inspector.ts';
import { openLogSide } from './open-log-side.ts';
import { openReaders } from './open-readers.ts';
import { openRetention } from './open-retention.ts';
import { openRules } from './open-rules.ts';
import { openSinks } from './open-sinks.ts';

/**
 * Wires a gateway, top to bottom, the one place where parts meet. Resolves when it can decide. Rejects with a coded
 * error of the part that cannot work: the log, the store, the keys or the policies.
 */
export async function openGateway(config: Config, logger: Logger): Promise<Gateway> {
  const targets = sinkTargets(config.sinks);
  const side = await openLogSide(config, logger);
  const followed = new HeldBack(side.log);
  const sinks = openSinks({ config, logger, side, followed }, targets);
  const rules = await openRules(config, logger, side, sinks);
  const controls = await openControls(logger, side, rules);
  const inspector = openInspector(config, logger, { side, rules });
  const { store, search, log, unreadable, record, newId } = side;
  const { agents, bundles, history, metrics, recall, tokens, trust } = rules;
  const { approvals, denials, idempotency, permits, upkeep } = controls;
  if (config.watch_policies) bundles.watch();
  await record({ context: {}, events: [{ event_type: 'gateway_started', payload: { origin: log.origin } }] });
  sinks.start();
  let draining = false;
  const { closeThreads, ...readers } = await openReaders({ config, logger, side, bundles, followed });
  const { drift, count } = openDrift({
    ...{ auditFile: side.exporting.auditFile, logSize: log.size, clock, record, upkeep },
    ...{ active: () => bundles.active, approved: config.approved_bundle },
  });
  metrics.watchDrift(() => drift.found);
  metrics.watchHistory(() => ({ steps: history.size, unanswered: history.unanswered(clock()) }));
  const endRetention = openRetention(config, logger, side);
  return {
    ...{ config, logger, metrics, agents, tokens, trust, approvals, permits, bundles, idempotency, sinks },
    authenticate: (bearer) => tokens.authenticate(bearer),
    recordAccessDenied: (denial) => denials.note(denial),
    ...openEvaluation(config, logger, { side, rules, controls, inspector }, count),
    inspect: (request, gone) => inspector.request(request, gone),
    budgets: createBudgetReport({ store, budgets: () => bundles.active.budgets, clock }),
    holds: new Holds({ store, record, clock, newId, holdsSecret: side.holdsSecret }),
    ...readers,
    drift,
    readiness: () => readinessOf({ draining, log, policies: bundles.status(), history, unreadable }),
    isBroken: () => log.state === 'broken',
    drain: () => {
      draining = true;
    },
    close: async () => {
      draining = true;
      await inspector.close();
      endRetention();
      await upkeep.close();
      await bundles.close();
      await recall.close();
      await closeThreads();
      approvals.close();
      await sinks.close();
      if (log.state === 'open') await record({ context: {}, events: [{ event_type: 'gateway_stopped' }] });
      await search.close();
      await log.close();
    },
  };
}
