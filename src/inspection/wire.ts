import type { SeenTexts } from '../evaluation/inspect-plan.ts';
import type { Redaction } from '../guard/finding.ts';
import type { PlainSettings } from '../guard/settings.ts';
import type { Operator } from '../plan/texts.ts';

/** Texts one after the other in one: a list of a hundred thousand would take longer to hand over than to inspect. */
export type PackedTexts = {
  text: string;
  /** Where each ends. */
  ends: Uint32Array<ArrayBuffer>;
  /** Of each, its place among `DIRECTIONS`. */
  directions: Uint8Array<ArrayBuffer>;
  /** What stands beside those that are names of operators. */
  operators: { at: number; operator: Operator }[];
  /** Of each, the `scopeOf` its place. */
  scopes: Uint16Array<ArrayBuffer>;
};

/** `request`: JSON of an `InspectRequest`. */
export type Asked = { texts: PackedTexts } | { request: string };
/** `settings`: those that hold from now on, where they are others than before. */
export type ToInspection = Asked & { settings?: PlainSettings };

/** The secrets of a text, by its place. `isUnescaped`: of the text with the escapes of JSON pointers read. */
export type SecretsOfText = { at: number; isUnescaped: boolean; redactions: Redaction[] };

/** `answer`: JSON of an `InspectAnswer`. `failed`: the guard itself did, as it would anywhere. */
export type FromInspection =
  | { seen: SeenTexts; secrets: SecretsOfText[] }
  | { answer: string }
  | { failed: string };
