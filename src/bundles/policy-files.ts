import { isLayerFile, type LayerFileName } from '../policy/layer-file.ts';
import { POLICY_FILES, type PolicyFileName, type PolicyFiles } from './load-policy-set.ts';
import { CandidateError, fileProblem } from './policy-errors.ts';

/** Texts by the name of their file; `null` takes the file out of the set. */
export type GivenFiles = Readonly<Record<string, string | null>>;

/** The files of a set with those given in their place. Throws `CandidateError` for a file that no set has. */
export function mergedFiles(files: PolicyFiles, given: GivenFiles): PolicyFiles {
  const merged = { ...files };
  for (const [name, text] of Object.entries(given)) {
    if (!isPolicyFile(name)) {
      const message = `there is no policy file "${name}"; there are ${POLICY_FILES.join(', ')} and layers/<name>.yaml`;
      throw new CandidateError([fileProblem(name, message)]);
    }
    if (text === null) delete merged[name];
    else merged[name] = text;
  }
  return merged;
}

function isPolicyFile(name: string): name is PolicyFileName | LayerFileName {
  return (POLICY_FILES as readonly string[]).includes(name) || isLayerFile(name);
}

/** The names of files that are not in both sets as they are in one, sorted. */
export function changedFiles(before: PolicyFiles, after: PolicyFiles): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(isPolicyFile);
  return names.filter((name) => before[name] !== after[name]).sort();
}
