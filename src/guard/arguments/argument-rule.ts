import type { Severity } from '../finding.ts';

/** A form of abuse that shows in the shape of an argument, whatever tool it is for. */
export type ArgumentRule = {
  id: string;
  category: string;
  severity: Severity;
  weight: number;
  message: string;
  /** All quantifiers bounded; global. Tried on the text and on the text with its percent escapes decoded. */
  pattern: RegExp;
  /** Looked for in JSON as it is written, too, because it is about names of members. */
  isOfStructure?: true;
  /** Only where the text is a value, not a whole command line or SQL statement. */
  onlyInValue?: 'shell' | 'sql';
  hits: readonly string[];
  misses: readonly string[];
};
