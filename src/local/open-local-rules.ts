import { dirname, join } from 'node:path';
import { AgentDirectory } from '../agents/agent-directory.ts';
import { BundleArchive } from '../bundles/bundle-archive.ts';
import { PolicySwitch } from '../bundles/policy-switch.ts';
import { createTestRunner } from '../evaluation/test-runner.ts';
import { guardUnder } from '../guard/settings.ts';
import { createDescribeChanges } from '../loading/describe-changes.ts';
import { ThreadLoader } from '../loading/thread-loader.ts';
import { openBundlePast } from '../recall/bundle-past.ts';
import { RememberedContents } from '../trust/remembered-contents.ts';
import { TrustDirectory } from '../trust/trust-directory.ts';
import { activateLocal, type LocalBundle, policyKeysOf } from './local-policies.ts';
import { clock, type LocalLog } from './open-local-log.ts';

/** Who may do what, under which rules: those of the bundle, from the start to the end of the process. */
export async function openLocalRules(side: LocalLog, bundle: LocalBundle) {
  const { auditFile, store, log, settled, guard, record, report, screen } = side;
  const archive = join(dirname(auditFile), 'policies');
  const holdsSecret = (text: string) => screen.holdsSecret(text);
  const agents = await AgentDirectory.open({ store, record, holdsSecret });
  const trust = await TrustDirectory.open({ store, record, holdsSecret });
  const contents = await RememberedContents.open(store);
  const past = openBundlePast({ auditFile, archive, log, settled, clock, onFailure: report });
  const loader = new ThreadLoader(archive, createTestRunner(guard));
  const policies = await PolicySwitch.open({
    ...{ archive: new BundleArchive(archive), store, loader, clock, record },
    ...{ keys: policyKeysOf(bundle), describeChanges: createDescribeChanges(loader) },
    prepare: past.prepare,
    onActivate: (set) => {
      agents.useFile(set.agents);
      trust.useFile(set.trustFile);
      past.use(set);
    },
  });
  const close = async () => {
    await past.recall.close();
    await loader.close();
  };
  try {
    await activateLocal(policies, bundle);
  } catch (error) {
    await close();
    throw error;
  }
  const underPolicies = guardUnder(guard, () => policies.active.set.guard);
  return { agents, contents, guard: underPolicies, history: past.history, policies, trust, close };
}
