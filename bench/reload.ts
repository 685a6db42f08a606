import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from './child.ts';
import type { BenchContext, Benchmark, Figure } from './figure.ts';
import { DEFAULT_POLICIES, HEADERS, startGateway } from './gateway-child.ts';
import { ORDINARY_PLAN } from './ordinary-plan.ts';
import { median, percentile } from './rounds.ts';
import { agentsFor, capabilitiesFor, plainPolicies, policiesOf } from './rules.ts';
import { type Scope, withScope } from './scope.ts';

const RULES = 10_000;
const MAX_CPU_MS = { of: 'value', bound: 'at_most', limit: 300 } as const;
/** How often the gateway is asked whether the change has come. */
const ASK_EVERY_MS = 50;
/** How long a reload is watched: longer than it takes. */
const WATCH_MS = 1_500;
const DEADLINE_MS = 30_000;
/** Reloads that are thrown away: the first of all reads every rule. */
const WARM_UP = 1;
/** Large sets that are only checked. */
const CHECKS = 3;

export const reload: Benchmark = {
  question:
    'What does it cost to take up one changed rule of 10,000, and how long do that and a check of 85,000 hold up a request?',
  run: measure,
};

type Policies = { gateway: Child; change(): void };

function measure({ isQuick, say }: BenchContext): Promise<Figure[]> {
  return withScope(async (scope) => {
    const rounds = isQuick ? 3 : 10;
    const policies = await start(scope, policiesOf(RULES));
    say(`${WARM_UP} + ${rounds} reloads of ${RULES} rules, then ${rounds} under requests`);
    const cpu = await cpuOfReloads(policies, rounds);
    const during: number[] = [];
    const quiet: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      quiet.push(...(await times(policies, false)));
      during.push(...(await times(policies, true)));
    }
    say(`${CHECKS} × 85,000 rules that are only checked, under requests`);
    const checking = await timesWhileChecking(policies.gateway, CHECKS);
    await policies.gateway.stop();
    say(`${WARM_UP} + ${rounds} reloads of ${RULES} rules that all bring a warning`);
    const warned = await cpuOfReloads(await start(scope, policiesOf(RULES, { isWarned: true })), rounds);
    const baseline = { name: 'no warnings', value: cpu };
    return [
      { name: 'reload, 10,000 rules', unit: 'ms CPU', value: cpu, target: MAX_CPU_MS },
      { name: 'reload, each with a warning', unit: 'ms CPU', value: warned, baseline, ratio: warned / cpu },
      ...[1, 0.99].map((part) => compared('during a reload', part, { during, quiet })),
      ...[1, 0.99].map((part) => compared('while 85,000 are checked', part, { during: checking, quiet })),
    ];
  });
}

/** Starts a gateway with these rules; `change` makes one of them another. */
async function start(scope: Scope, text: string): Promise<Policies> {
  const directory = scope.directory();
  const policyDirectory = join(directory, 'policies');
  cpSync(DEFAULT_POLICIES, policyDirectory, { recursive: true });
  const extend = (name: string, more: string) =>
    writeFileSync(join(policyDirectory, name), readFileSync(join(DEFAULT_POLICIES, name), 'utf8') + more);
  extend('capabilities.yaml', capabilitiesFor(RULES));
  extend('agents.yaml', agentsFor());
  const file = join(policyDirectory, 'policies.yaml');
  writeFileSync(file, text);
  const gateway = await startGateway(scope, directory, policyDirectory);
  let turn = 0;
  const change = () => {
    turn += 1;
    writeFileSync(file, text.replace('gt: 1 }', `gt: ${turn + 1}0 }`));
  };
  return { gateway, change };
}

async function cpuOfReloads(policies: Policies, rounds: number): Promise<number> {
  for (let round = 0; round < WARM_UP; round += 1) await cpuOfReload(policies);
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round += 1) cpu.push(await cpuOfReload(policies));
  return median(cpu);
}

function compared(
  when: string,
  part: number,
  { during, quiet }: { during: readonly number[]; quiet: readonly number[] },
): Figure {
  const [value, still] = [percentile(during, part), percentile(quiet, part)];
  const name = `${part === 1 ? 'worst' : 'p99'} request ${when}`;
  return { name, unit: 'ms', value, baseline: { name: 'no reload', value: still }, ratio: value / still };
}

/** Milliseconds of processor time, less what the asking takes while nothing changes. */
async function cpuOfReload({ gateway, change }: Policies): Promise<number> {
  const idleFrom = [gateway.cpuUs(), performance.now()] as const;
  await asking(gateway, async () => performance.now() - idleFrom[1] > WATCH_MS);
  const idlePerMs = (gateway.cpuUs() - idleFrom[0]) / (performance.now() - idleFrom[1]);
  const before = await activeVersion(gateway);
  const [cpu, since] = [gateway.cpuUs(), performance.now()];
  change();
  await asking(gateway, async () => (await activeVersion(gateway)) !== before);
  // What is done after the switch counts, too.
  await asking(gateway, async () => performance.now() - since > WATCH_MS);
  return (gateway.cpuUs() - cpu - idlePerMs * (performance.now() - since)) / 1000;
}

async function asking(gateway: Child, isOver: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isOver())) {
    if (performance.now() > deadline) throw new Error('the change did not come');
    await activeVersion(gateway);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

async function activeVersion({ origin }: Child): Promise<string> {
  const response = await fetch(`${origin}/policies?limit=1`, { headers: HEADERS });
  const { policies } = (await response.json()) as { policies: { version: string }[] };
  return policies[0]?.version ?? '';
}

/** Milliseconds of each request, one after the other, for as long as a reload is watched. */
function times({ gateway, change }: Policies, isChanging: boolean): Promise<number[]> {
  const end = performance.now() + WATCH_MS;
  if (isChanging) change();
  return timesUntil(gateway, () => performance.now() > end);
}

/** The same while large sets are checked, one after the other. */
async function timesWhileChecking(gateway: Child, rounds: number): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const files = { 'policies.yaml': plainPolicies(round % 2 === 0 ? 'allow' : 'block') };
    let isOver = false;
    const checked = fetch(`${gateway.origin}/policies/validate`, {
      ...{ method: 'POST', headers: HEADERS, body: JSON.stringify({ files }) },
    }).finally(() => {
      isOver = true;
    });
    found.push(...(await timesUntil(gateway, () => isOver)));
    const { ok, status } = await checked;
    if (!ok) throw new Error(`${status} of a check`);
  }
  return found;
}

async function timesUntil(gateway: Child, isOver: () => boolean): Promise<number[]> {
  const body = JSON.stringify(ORDINARY_PLAN);
  const found: number[] = [];
  while (!isOver()) {
    const start = performance.now();
    const response = await fetch(`${gateway.origin}/evaluate`, { method: 'POST', headers: HEADERS, body });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.status} during a reload`);
    found.push(performance.now() - start);
  }
  return found;
}
