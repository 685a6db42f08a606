import { checkpointPaths, readCheckpoint } from '../audit/checkpoint-file.ts';
import { Backtests } from '../backtest/backtests.ts';
import type { BundleRegistry } from '../bundles/bundle-registry.ts';
import { createBundleVersions } from '../evaluation/bundle-versions.ts';
import { createDiffTrace } from '../evaluation/diff-trace.ts';
import { createReevaluateTrace } from '../evaluation/reevaluate-trace.ts';
import { EvidenceMaker } from '../evidence/evidence-maker.ts';
import { createExports } from '../evidence/exports.ts';
import type { JsonObject } from '../json/value.ts';
import { createAuditQueries } from '../replay/audit-queries.ts';
import { createGraphDiffs, createGraphs } from '../replay/graph/graphs.ts';
import { createReplay } from '../replay/replay.ts';
import { clock } from './clock.ts';
import type { LogSide } from './open-log-side.ts';

/** What can be read back from the log, and taken out of it. */
export function openReaders(side: LogSide, bundles: BundleRegistry) {
  const { store, search, record, readEvents, newId, exporting } = side;
  const { auditFile, signCheckpoint, evidence, logKey } = exporting;
  const evidenceKeys = [...evidence.retired, evidence.current.publicJwk].reverse();
  const contentOf = async (version: string) =>
    (await bundles.get(version))?.content as JsonObject | undefined;
  const versions = createBundleVersions({ content: contentOf, active: () => bundles.active.bundle });
  const replay = createReplay({ index: store, search, readEvents });
  const { events } = replay;
  const keys = { log: logKey, evidence: [evidence.current.publicJwk] };
  const { kid, privateKey } = evidence.current;
  const maker = new EvidenceMaker({ auditFile, attester: { kid, privateKey }, keys });
  const backtests = new Backtests({ auditFile, newId: () => newId('bt'), clock });
  return {
    replay,
    checkpoint: () => readCheckpoint(checkpointPaths(auditFile).latest),
    audit: createAuditQueries({ index: store, search, readEvents }),
    graph: createGraphs({ events, childTraces: (id, limit) => store.childTraces(id, limit) }),
    graphDiff: createGraphDiffs({ events }),
    reevaluate: createReevaluateTrace({ events, bundles: versions }),
    diff: createDiffTrace({ events, bundles: versions }),
    evidence: createExports({
      ...{ index: store, signCheckpoint, record },
      make: (task) => maker.make(task),
    }),
    evidenceKeys: () => evidenceKeys,
    backtests,
    closeThreads: () => Promise.all([maker.close(), backtests.close()]),
    bundleNamed: (policy: string) => versions.named(policy),
  };
}
