import { type PolicyProblem, problemLine } from '../policy/problem.ts';

/** A policy directory that cannot be used, with every problem in it. */
export class PolicyLoadError extends Error {
  readonly code = 'invalid_policy';
  readonly problems: readonly PolicyProblem[];

  constructor(directory: string, problems: readonly PolicyProblem[]) {
    const shown = problems.slice(0, 20).map(problemLine);
    super(`the policies in ${directory} cannot be used:\n${shown.join('\n')}`);
    this.problems = problems;
  }
}

/** Files that make no bundle, with every problem in them. */
export class CandidateError extends Error {
  readonly code = 'invalid_bundle';
  readonly errors: readonly PolicyProblem[];

  constructor(errors: readonly PolicyProblem[]) {
    super(errors.slice(0, 1).map(problemLine).join(''));
    this.errors = errors;
  }
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, message: string): PolicyProblem {
  return { file, line: 1, column: 1, pointer: '', message };
}
