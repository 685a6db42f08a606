import { POLICY_FILES, type PolicyFileName, type PolicyFiles } from './load-policy-set.ts';
import { CandidateError, fileProblem } from './policy-errors.ts';

/**
 * The files of a set with some in the place of those it has: those left out stay, those that are `null` go. Throws
 * `CandidateError` for a file that no set has.
 */
export function mergedFiles(files: PolicyFiles, given: Readonly<Record<string, string | null>>): PolicyFiles {
  const merged = { ...files };
  for (const [name, text] of Object.entries(given)) {
    if (!isPolicyFile(name)) {
      const message = `there is no policy file "${name}"; there are ${POLICY_FILES.join(', ')}`;
      throw new CandidateError([fileProblem(name, message)]);
    }
    if (text === null) delete merged[name];
    else merged[name] = text;
  }
  return merged;
}

function isPolicyFile(name: string): name is PolicyFileName {
  return (POLICY_FILES as readonly string[]).includes(name);
}
