import { loadPolicySet, type PolicyFiles } from '../bundles/load-policy-set.ts';
import { readPolicyFiles } from '../bundles/policy-directory.ts';
import { PolicyLoadError } from '../bundles/policy-errors.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import { type PolicyProblem, problemLine } from '../policy/problem.ts';
import type { Given } from './command.ts';
import { safeJson, safeText } from './safe-text.ts';

/** What every command on a policy directory takes. */
export const POLICY_DIRECTORY = { name: 'DIR', description: 'the policy directory (policies)' };

/** The exit code of policies that cannot be used: EX_CONFIG, as of a gateway that would not start with them. */
export const UNUSABLE = 78;
export const UNUSABLE_MEANS = 'the policies cannot be used; every problem is named with its line';

export type LoadedPolicies = { directory: string; files: PolicyFiles } & (
  | { set: PolicySet; problems?: never }
  | { set?: never; problems: readonly PolicyProblem[] }
);

/** Reads the directory that was given, or `policies`; `scope` is lint's. */
export async function readPolicySet(
  { operand = 'policies' }: Given,
  scope?: Parameters<typeof loadPolicySet>[1],
): Promise<LoadedPolicies> {
  const directory = String(operand);
  const { files, problems } = await readPolicyFiles(directory);
  return { directory, files, ...(problems.length > 0 ? { problems } : loadPolicySet(files, scope)) };
}

/** The same, for commands that need policies that load. Throws `PolicyLoadError`. */
export async function policySetIn(
  given: Given,
): Promise<{ directory: string; files: PolicyFiles; set: PolicySet }> {
  const { directory, files, set, problems } = await readPolicySet(given);
  if (set === undefined) throw new PolicyLoadError(directory, problems);
  return { directory, files, set };
}

/** Problems as lines of text, and JSON as everybody prints it. */
export function problemLines(problems: readonly PolicyProblem[]): string {
  return problems.map((problem) => `${safeText(problemLine(problem))}\n`).join('');
}

export function prettyJson(value: unknown): string {
  return safeJson(value);
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
