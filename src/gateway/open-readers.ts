import type { Logger } from 'pino';
import { checkpointPaths, readCheckpoint } from '../audit/checkpoint-file.ts';
import { Backtests } from '../backtest/backtests.ts';
import type { BundleRegistry } from '../bundles/bundle-registry.ts';
import type { Config } from '../config.ts';
import { createBundleVersions } from '../evaluation/bundle-versions.ts';
import { createDiffTrace } from '../evaluation/diff-trace.ts';
import { createReevaluateTrace } from '../evaluation/reevaluate-trace.ts';
import { EvidenceMaker } from '../evidence/evidence-maker.ts';
import { createExports } from '../evidence/exports.ts';
import { createFederatedAudit } from '../ingest/federated-audit.ts';
import { createFederatedLinks } from '../ingest/federated-links.ts';
import { createFederatedReplay } from '../ingest/federated-replay.ts';
import type { HeldBack } from '../ingest/held-back.ts';
import { createLogBundles } from '../ingest/log-bundles.ts';
import { createAuditQueries } from '../replay/audit-queries.ts';
import { createGraphDiffs, createGraphs } from '../replay/graph/graphs.ts';
import { createReplay } from '../replay/replay.ts';
import { clock } from './clock.ts';
import { openIngest } from './open-ingest.ts';
import type { LogSide } from './open-log-side.ts';

type Parts = {
  config: Config;
  logger: Logger;
  side: LogSide;
  bundles: BundleRegistry;
  followed: HeldBack;
};

/** What can be read back from the log, and taken out of it. */
export async function openReaders({ config, logger, side, bundles, followed }: Parts) {
  const { ingest, ingested, closeIngest } = await openIngest({ config, logger, side, followed });
  const { log, store, search, record, readEvents, newId, exporting } = side;
  const { auditFile, signCheckpoint, evidence, logKey } = exporting;
  const evidenceKeys = [...evidence.retired, evidence.current.publicJwk].reverse();
  const contentOf = async (version: string) =>
    (await bundles.kept.content(version)) ?? ingested.content(version);
  const versions = createBundleVersions({ content: contentOf, active: () => bundles.active.bundle });
  const own = createReplay({ index: store, search, readEvents });
  const reach = (tenant: string, name?: string) => ingested.reach(tenant, name);
  const replay = createFederatedReplay({ own, origin: log.origin }, reach);
  const { events } = replay;
  const { kid, privateKey, publicJwk } = evidence.current;
  const maker = new EvidenceMaker({ attester: { kid, privateKey }, evidenceKeys: [publicJwk] });
  const ownLog = { origin: log.origin, index: store, auditFile, verifierKey: logKey, signCheckpoint };
  const exports = createExports({
    logs: (tenant, name) => [
      ...(name === undefined || name === log.origin ? [ownLog] : []),
      ...reach(tenant, name),
    ],
    make: (task) => maker.make(task),
    record,
  });
  const ownAudit = createAuditQueries({ index: store, search, readEvents });
  const backtests = new Backtests({
    logs: ({ tenant_id = '*', log: name }) => [
      ...(name === undefined || name === log.origin ? [{ auditFile }] : []),
      ...ingested.files(tenant_id, name),
    ],
    newId: () => newId('bt'),
    clock,
  });
  return {
    ingest,
    replay,
    checkpoint: () => readCheckpoint(checkpointPaths(auditFile).latest),
    audit: createFederatedAudit({ own: ownAudit, origin: log.origin }, reach),
    graph: createGraphs({ events, links: createFederatedLinks({ index: store }, reach) }),
    graphDiff: createGraphDiffs({ events }),
    reevaluate: createReevaluateTrace({ events, bundles: versions }),
    diff: createDiffTrace({ events, bundles: versions }),
    evidence: exports,
    evidenceKeys: () => evidenceKeys,
    backtests,
    closeThreads: () => Promise.all([maker.close(), backtests.close(), closeIngest()]),
    logBundles: createLogBundles(reach, () => bundles.active.bundle.version),
    bundleNamed: (policy: string) => versions.named(policy),
  };
}
