/** Something wrong in a policy file, with the place a person has to look at. */
export type PolicyProblem = {
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
  /** JSON pointer into the file's content; `""` where the file as a whole is meant or could not be read. */
  pointer: string;
  message: string;
  /** What the author probably meant. */
  hint?: string;
};

/** A problem before its line and column are known: what the checks on values report. */
export type Issue = Place & { message: string; hint?: string };

/** Where something stands in the files of a bundle: a JSON pointer into `file`, or into `policies.yaml` without one. */
export type Place = { file?: string; pointer: string };

/** A problem as a line of text: `policies.yaml:21:5: unknown key `acton` (did you mean `action`?)`. */
export function problemLine({ file, line, column, message, hint }: PolicyProblem): string {
  return `${file}:${line}:${column}: ${hint === undefined ? message : `${message} (${hint})`}`;
}
