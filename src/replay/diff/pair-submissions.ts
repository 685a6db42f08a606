import type { Submission } from '../submissions.ts';
import { align, type Pair } from './align.ts';

/** A plan of one record with the one of another that is the same, or alone. */
export type SubmissionPair = {
  before?: Submission;
  after?: Submission;
  /** What both are called: as the first is, or the second where it is new; another name where that is taken. */
  name: string;
  /** What a step of the second is called: as its partner in the first. */
  stepName(stepId: string): string;
};

/** Says which plans and steps of two records are the same, and gives both sides one name. */
export function pairSubmissions(
  before: readonly Submission[],
  after: readonly Submission[],
): SubmissionPair[] {
  const pairs = alignPlans(before, after);
  const taken = new Set(pairs.flatMap((pair) => pair.before?.key ?? []));
  return pairs.map((pair) => ({
    ...pair,
    name: pair.before?.key ?? freeName(pair.after?.key ?? '', taken),
    stepName: pair.after === undefined ? String : stepNames(pair.before, pair.after),
  }));
}

function alignPlans(before: readonly Submission[], after: readonly Submission[]): Pair<Submission>[] {
  const tools = ({ plan }: Submission) => plan.steps.map(({ tool_name }) => tool_name);
  return align(before, after, [
    ({ key, agent_id }) => JSON.stringify([agent_id, key]),
    (submission) => JSON.stringify([submission.agent_id, tools(submission)]),
    ({ agent_id }) => String(agent_id),
    () => '',
  ]);
}

function stepNames(before: Submission | undefined, after: Submission): (stepId: string) => string {
  const own = before?.plan.steps ?? [];
  const pairs = align(own, after.plan.steps, [
    ({ step_id, tool_name }) => JSON.stringify([step_id, tool_name]),
    ({ tool_name, arguments: args }) => JSON.stringify([tool_name, args]),
    ({ tool_name }) => tool_name,
  ]);
  const taken = new Set(own.map(({ step_id }) => step_id));
  const names = new Map<string, string>();
  for (const { before: was, after: is } of pairs) {
    if (is !== undefined) names.set(is.step_id, was?.step_id ?? freeName(is.step_id, taken));
  }
  return (stepId) => names.get(stepId) ?? stepId;
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let copy = 2; taken.has(free); copy += 1) free = `${name} (${copy})`;
  taken.add(free);
  return free;
}
