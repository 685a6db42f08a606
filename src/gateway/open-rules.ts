import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { AgentDirectory } from '../agents/agent-directory.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { BundleRegistry } from '../bundles/bundle-registry.ts';
import { policyKeyId } from '../bundles/manifest.ts';
import type { Config } from '../config.ts';
import { createTestRunner } from '../evaluation/test-runner.ts';
import { readPublicKey } from '../keys/ed25519-key.ts';
import { createDescribeChanges } from '../loading/describe-changes.ts';
import { ThreadLoader } from '../loading/thread-loader.ts';
import { openBundlePast } from '../recall/bundle-past.ts';
import type { Sinks } from '../sinks/sinks.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { Tokens } from '../tokens/tokens.ts';
import { RememberedContents } from '../trust/remembered-contents.ts';
import { TrustDirectory } from '../trust/trust-directory.ts';
import { clock } from './clock.ts';
import type { LogSide } from './open-log-side.ts';

/** Who may do what, under which rules. */
export async function openRules(config: Config, logger: Logger, side: LogSide, sinks: Sinks) {
  const { store, log, settled, watch, guard, record, newId, holdsSecret } = side;
  const kept = { store, record, holdsSecret };
  const agents = await AgentDirectory.open(kept);
  const trust = await TrustDirectory.open(kept);
  const contents = await RememberedContents.open(store);
  const newSecret = () => randomBytes(32).toString('base64url');
  const tokens = await Tokens.open({ ...kept, clock, newId: () => newId('tok'), newSecret });
  if (config.admin_token !== undefined) await tokens.useConfigured(config.admin_token);
  const metrics: Metrics = createMetrics({
    isKnownTenant: (tenantId) => agents.hasTenant(tenantId),
    audit: () => ({
      state: log.state,
      waiting: log.waiting,
      bytes: log.size,
      next_sequence: log.nextSequence,
      checkpoint_failures: watch.checkpointFailures,
    }),
    sinks: () => sinks.figures(),
    bundleAgeSeconds: () => (clock() - Date.parse(bundles.status().active.activated_at)) / 1000,
  });
  const archive = join(dirname(resolve(config.audit_file)), 'policies');
  const past = openBundlePast({
    ...{ auditFile: side.exporting.auditFile, archive, log, settled, clock },
    onFailure: (error) =>
      logger.error(
        { err: error },
        'what rules ask of the past cannot be read from the log; it is tried again',
      ),
  });
  const keys = config.policy_keys.map((given) => {
    const publicKey = readPublicKey(given);
    return { keyid: policyKeyId(publicKey), publicKey };
  });
  const required = config.policy_activation_approvals;
  const loader = new ThreadLoader(archive, createTestRunner(guard));
  const bundles: BundleRegistry = await BundleRegistry.open({
    directory: resolve(config.policy_dir),
    archive: new BundleArchive(archive),
    ...{ store, clock, record, newId, keys, required, loader },
    describeChanges: createDescribeChanges(loader),
    isSamePerson: (one, other) => tokens.isSamePerson(one, other),
    prepare: past.prepare,
    onActivate: (set) => {
      agents.useFile(set.agents);
      trust.useFile(set.trustFile);
      past.use(set);
    },
    onReload: (result, error) => {
      metrics.countReload(result);
      if (error === undefined) logger.info({ version: bundles.active.bundle.version }, 'policies reloaded');
      else logger.error({ err: error }, 'policies cannot be reloaded; the last good ones stay');
    },
  });
  const { history, recall } = past;
  return { agents, bundles, history, metrics, recall, tokens, trust, contents };
}
export type Rules = Awaited<ReturnType<typeof openRules>>;
