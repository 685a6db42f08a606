import { z } from 'zod';
import { type AgentRecord, agentRecordSchema, idsOfAgent } from '../agents/agent-record.ts';
import { type GivenId, LOOKS_SECRET } from '../audit/secret-id.ts';
import { type Budget, budgetSchema } from '../budgets/budget.ts';
import { BudgetError } from '../budgets/budget-error.ts';
import { type CountedBudget, countBudgets } from '../budgets/budget-need.ts';
import { createGuard } from '../guard/guard.ts';
import { type GuardFile, guardFileSchema } from '../guard/guard-file.ts';
import { guardSettings } from '../guard/settings.ts';
import type { Bundle } from '../policy/bundle.ts';
import { type CompileOptions, compileBundle } from '../policy/compile.ts';
import type { LayerFileName } from '../policy/layer-file.ts';
import type { Issue, PolicyProblem } from '../policy/problem.ts';
import { readBySchema } from '../policy/schema-issues.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';
import { trustFileIssues, trustFileSchema } from '../trust/trust-file.ts';
import { createTrustRegistry } from '../trust/trust-registry.ts';
import { layerWarnings } from './layer-warnings.ts';
import type { PolicySet } from './policy-set.ts';

/** The files of a policy directory; all but the first are optional. */
export const POLICY_FILES = [
  'policies.yaml',
  'capabilities.yaml',
  'agents.yaml',
  'budgets.yaml',
  'trust.yaml',
  'guard.yaml',
] as const;
export type PolicyFileName = (typeof POLICY_FILES)[number];
export type PolicyFiles = Partial<Record<PolicyFileName, string>> & { [layer: LayerFileName]: string };

export type LoadResult = { set: PolicySet; problems?: never } | { set?: never; problems: PolicyProblem[] };

/** `agents.yaml` and `budgets.yaml`. */
export const agentsFileSchema = z.strictObject({
  agents: z.array(agentRecordSchema).max(100_000).default([]),
});
export const budgetsFileSchema = z.strictObject({ budgets: z.array(budgetSchema).max(100_000).default([]) });

/** What the files of a set say, each for itself. */
export type PolicyParts = {
  bundle: Bundle;
  agents: AgentRecord[];
  budgets: Budget[];
  trust: z.output<typeof trustFileSchema>;
  guard: GuardFile;
  warnings: PolicyProblem[];
  /** Warnings beyond those that were asked for. */
  warnings_omitted: number;
};

/** How far lint looks, how much is told, and what was read before. */
type LoadOptions = Pick<CompileOptions, 'maxPairs' | 'maxWarnings' | 'memo'>;

/** Reads a whole policy directory from its texts. All files are good, or nothing of it is used. */
export function loadPolicySet(files: PolicyFiles, options: LoadOptions = {}): LoadResult {
  const { parts, problems } = readPolicyParts(files, options);
  return parts === undefined ? { problems } : { set: toPolicySet(parts) };
}

/** What was read from the files of a set, as what decides uses it. */
export function toPolicySet({ budgets, trust, guard, ...parts }: PolicyParts): PolicySet {
  return {
    ...parts,
    budgets: countBudgets(budgets),
    trust: createTrustRegistry(trust),
    trustFile: trust,
    guard: guardSettings(guard),
  };
}

/** The parts of a set, or everything that is wrong with its files. */
export function readPolicyParts(
  files: PolicyFiles,
  options: LoadOptions = {},
): { parts: PolicyParts; problems?: never } | { parts?: never; problems: PolicyProblem[] } {
  const problems: PolicyProblem[] = [];
  const agents = readFile('agents.yaml', files, agentsFileSchema, problems)?.agents ?? [];
  const texts = { ...files, 'policies.yaml': files['policies.yaml'] ?? '' };
  const compiled = compileBundle(texts, { ...options, agents });
  if (compiled.problems !== undefined) problems.unshift(...compiled.problems);
  const budgets = readFile('budgets.yaml', files, budgetsFileSchema, problems)?.budgets ?? [];
  const trust = readFile('trust.yaml', files, trustFileSchema, problems);
  if (trust !== undefined) problems.push(...locate('trust.yaml', files, trustFileIssues(trust)));
  const guard = readFile('guard.yaml', files, guardFileSchema, problems);
  const counted = countChecked(budgets, problems);
  problems.push(...locate('agents.yaml', files, agentIssues(agents, counted)));
  problems.push(...secretProblems(files, { agents, budgets, bundle: compiled.bundle?.name }));
  if (problems.length > 0 || compiled.bundle === undefined) return { problems };
  const warnings = [
    ...layerWarnings(agents, compiled.bundle.content, files),
    ...capabilityWarnings(agents, compiled.bundle.capabilities, files),
    ...compiled.warnings,
  ];
  const parts = {
    bundle: compiled.bundle,
    agents,
    budgets,
    trust: trust ?? trustFileSchema.parse({}),
    guard: guard ?? guardFileSchema.parse({}),
    ...atMost(options.maxWarnings, warnings, compiled.warnings_omitted),
  };
  return { parts };
}

function atMost(
  most: number | undefined,
  all: PolicyProblem[],
  omitted: number,
): Pick<PolicyParts, 'warnings' | 'warnings_omitted'> {
  const warnings = all.slice(0, most);
  return { warnings, warnings_omitted: omitted + all.length - warnings.length };
}

/** The content of one file, or `undefined` where it is absent or empty; what is wrong goes to `problems`. */
function readFile<Schema extends z.ZodType>(
  name: PolicyFileName,
  files: PolicyFiles,
  schema: Schema,
  problems: PolicyProblem[],
): z.output<Schema> | undefined {
  const text = files[name];
  if (text === undefined) return undefined;
  const { value, errors } = parseYaml(name, text);
  if (errors !== undefined) {
    problems.push(...errors);
    return undefined;
  }
  const read = readBySchema(schema, value ?? {});
  if (read.issues === undefined) return read.value;
  problems.push(...locateIssues(name, text, read.issues));
  return undefined;
}

function locate(name: PolicyFileName, files: PolicyFiles, issues: readonly Issue[]): PolicyProblem[] {
  const text = files[name];
  return text === undefined || issues.length === 0 ? [] : locateIssues(name, text, issues);
}

function countChecked(
  budgets: readonly z.output<typeof budgetSchema>[],
  problems: PolicyProblem[],
): ReadonlyMap<string, CountedBudget> {
  try {
    return countBudgets(budgets);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    problems.push({ file: 'budgets.yaml', line: 1, column: 1, pointer: '/budgets', message: error.message });
    return new Map();
  }
}

/** What the schema cannot say: two agents of one id, and budgets that nobody defined. */
function agentIssues(agents: readonly AgentRecord[], budgets: ReadonlyMap<string, CountedBudget>): Issue[] {
  const seen = new Set<string>();
  return agents.flatMap((agent, index): Issue[] => {
    const issues: Issue[] = [];
    const key = JSON.stringify([agent.tenant_id, agent.agent_id]);
    if (seen.has(key)) {
      const message = `agent "${agent.agent_id}" of tenant "${agent.tenant_id}" is defined twice`;
      issues.push({ pointer: `/agents/${index}/agent_id`, message });
    }
    seen.add(key);
    for (const [position, id] of agent.budgets.entries()) {
      if (budgets.has(id)) continue;
      const message = `budget "${id}" is not defined in budgets.yaml`;
      issues.push({ pointer: `/agents/${index}/budgets/${position}`, message });
    }
    return issues;
  });
}

type Named = { agents: readonly AgentRecord[]; budgets: readonly Budget[]; bundle: string | undefined };

/** Ids that the log would not keep: what they name would be something else after the next start. */
function secretProblems(files: PolicyFiles, { agents, budgets, bundle }: Named): PolicyProblem[] {
  const { secrets } = createGuard();
  const issuesIn = (given: readonly GivenId[]): Issue[] =>
    given
      .filter(({ id }) => id !== undefined && secrets(id).length > 0)
      .map(({ pointer }) => ({ pointer, message: LOOKS_SECRET }));
  const ofAgents = agents.flatMap((agent, index) =>
    idsOfAgent(agent).map(({ pointer, id }) => ({ pointer: `/agents/${index}${pointer}`, id })),
  );
  const ofBudgets = budgets.map(({ id }, index) => ({ pointer: `/budgets/${index}/id`, id }));
  return [
    ...locate('policies.yaml', files, issuesIn([{ pointer: '/bundle', id: bundle }])),
    ...locate('agents.yaml', files, issuesIn(ofAgents)),
    ...locate('budgets.yaml', files, issuesIn(ofBudgets)),
  ];
}

function capabilityWarnings(
  agents: readonly AgentRecord[],
  capabilities: readonly { capability: string }[],
  files: PolicyFiles,
): PolicyProblem[] {
  const known = new Set(capabilities.map(({ capability }) => capability));
  const issues = agents.flatMap((agent, index) =>
    agent.capabilities.flatMap((name, position): Issue[] => {
      if (known.has(name)) return [];
      const message = `capability "${name}" is not defined, so it grants nothing`;
      return [{ pointer: `/agents/${index}/capabilities/${position}`, message }];
    }),
  );
  return locate('agents.yaml', files, issues);
}
