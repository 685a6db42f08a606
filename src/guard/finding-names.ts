import { INTERNAL, SCHEME } from './arguments/argument-abuse.ts';
import { ARGUMENT_RULES } from './arguments/argument-rules.ts';
import { OPERATOR_ROWS } from './arguments/operator-abuse.ts';
import { PERSONAL_FORMS } from './pii/personal-forms.ts';
import { PHRASE_RULES } from './rules/phrase-rules.ts';
import { SECRET_FORMS } from './secrets/forms.ts';
import { OWN_KINDS } from './secrets/own-forms.ts';
import { presetRules } from './secrets/preset.ts';
import { TOKEN_FORMS } from './secrets/token-forms.ts';

/** The names that findings can have: whoever asks for another one asks for something that is never found. */
export type FindingNames = {
  detectors: readonly string[];
  categories: readonly string[];
  /** What other detectors begin with: settings say how they go on. */
  beginnings: readonly string[];
};

/** Findings that `guard.yaml` adds, by their category. */
const BY_SETTINGS = { canary: 'canary.', operator_pattern: 'operator.' };

/** Signs that are no row of a table, by detector. */
const SINGLE_SIGNS: Record<string, string> = {
  'hidden.invisible_run': 'hidden_text',
  'hidden.invisible_text': 'hidden_text',
  'hidden.nested_encoding': 'hidden_text',
  'hidden.split_payload': 'hidden_text',
  'destination.query': 'data_exfiltration',
  'destination.host': 'data_exfiltration',
  'destination.scheme': 'active_content',
  'guard.partial_inspection': 'partial_inspection',
};

let known: FindingNames | undefined;

/** The names of all findings that the guard makes, sorted. */
export function findingNames(): FindingNames {
  known ??= gatherNames();
  return known;
}

function gatherNames(): FindingNames {
  const rows = [...PHRASE_RULES, ...ARGUMENT_RULES, ...OPERATOR_ROWS, INTERNAL, SCHEME];
  const secrets = secretKinds().map((kind) => `secret.${kind}`);
  return {
    detectors: sorted([
      ...rows.map(({ id }) => id),
      ...Object.keys(SINGLE_SIGNS),
      ...secrets,
      ...PERSONAL_FORMS.map(({ kind }) => `pii.${kind}`),
    ]),
    categories: sorted([
      ...rows.map(({ category }) => category),
      ...Object.values(SINGLE_SIGNS),
      ...Object.keys(BY_SETTINGS),
      ...['secret', 'pii'],
    ]),
    beginnings: Object.values(BY_SETTINGS),
  };
}

/** Rules of the preset count where a form leads to them. */
function secretKinds(): string[] {
  const preset = presetRules();
  const used = SECRET_FORMS.flatMap(({ rules }) => rules.filter((name) => preset.has(name)));
  return [
    ...used.map((name) => name.replaceAll('-', '_')),
    ...OWN_KINDS,
    ...TOKEN_FORMS.map(({ kind }) => kind),
  ];
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
