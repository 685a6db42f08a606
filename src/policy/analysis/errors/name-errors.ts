import type { FindingNames } from '../../../guard/finding-names.ts';
import { RUNTIME_MODES } from '../../../plan/plan.ts';
import { layerWords } from '../../layer.ts';
import { compileNames } from '../../match-conditions.ts';
import { NAME_ATTRIBUTES, type RuleContent } from '../../rule-schema.ts';
import { didYouMean } from '../../suggestion.ts';
import { KnownList } from '../known-list.ts';
import { meaning, type RuleError } from './rule-error.ts';

/** Names of rules that are held against closed lists: those of the guard, of the plan's form, of the rule's own layer. */
export function nameErrors(rule: RuleContent, findings: KnownFindings): RuleError[] {
  return [
    ...idError(rule.id),
    ...leavesOutAll(rule),
    ...unknownModes(rule),
    ...unknownFindings(rule, findings),
    ...outsideLayer(rule),
  ];
}

/** The names of findings, ready to be asked. */
export type KnownFindings = Record<'detector' | 'category', KnownNames>;
type KnownNames = { list: KnownList; beginnings: readonly string[] };

/** Findings that others than the guard make: what is wrong with a source, and what a model suspects. */
const BESIDE_THE_GUARD = {
  categories: ['provenance', 'model_suspicion'],
  beginnings: ['provenance.', 'classifier.'],
};

export function knownFindings({ detectors, categories, beginnings }: FindingNames): KnownFindings {
  const { categories: others, beginnings: further } = BESIDE_THE_GUARD;
  return {
    detector: { list: new KnownList(detectors), beginnings: [...beginnings, ...further] },
    category: { list: new KnownList([...categories, ...others]), beginnings: [] },
  };
}

/** An unknown name of a finding, in words and with the one that was probably meant. */
export function unknownFinding(
  part: keyof KnownFindings,
  name: string,
  { list, beginnings }: KnownNames,
): Pick<RuleError, 'message' | 'hint'> | undefined {
  if (list.coveredBy(name).length > 0 || beginnings.some((beginning) => name.startsWith(beginning)))
    return undefined;
  const message = `the guard has no finding with the ${part} ${name}`;
  return { message, ...meaning(didYouMean(name, list.all)) };
}

/** Two ids that look the same have to be the same: in the log and in `overrides` nobody could tell them apart. */
function idError(id: string): RuleError[] {
  const clean = id.normalize('NFC').replaceAll(INVISIBLE, '').trim();
  if (id === clean) return [];
  const message =
    'an id has no white space at its ends, no invisible characters, and letters with accents as one (NFC)';
  return [{ members: ['id'], message, ...(clean === '' ? {} : { hint: `write ${JSON.stringify(clean)}` }) }];
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

function leavesOutAll({ match, history = [] }: RuleContent): RuleError[] {
  const asked = [
    ...NAME_ATTRIBUTES.map((attribute) => ({ at: ['match'], attribute, names: match[attribute] })),
    ...history.flatMap((entry, index) =>
      (['tool_name', 'capability'] as const).map((attribute) => ({
        ...{ at: ['history', String(index)], attribute, names: entry[attribute] },
      })),
    ),
  ];
  return asked.flatMap(({ at, attribute, names }): RuleError[] => {
    const all = names === undefined || Array.isArray(names) ? undefined : names.not_in.find(coversAll);
    if (all === undefined) return [];
    const outcome = at[0] === 'match' ? 'the rule could never match' : 'no earlier step is ever counted';
    const message = `every ${attribute} is left out, so ${outcome}`;
    return [{ members: [...at, attribute, 'not_in', all], message }];
  });
}

/** A pattern that every name fits: none is empty. */
function coversAll(pattern: string): boolean {
  return /^\**\??\*+$|^\*+\?$/.test(pattern);
}

const MODES = new KnownList(RUNTIME_MODES);

function unknownModes({ match: { runtime_mode: names } }: RuleContent): RuleError[] {
  if (names === undefined) return [];
  const [listed, members] = Array.isArray(names)
    ? [names, ['match', 'runtime_mode']]
    : [names.not_in, ['match', 'runtime_mode', 'not_in']];
  const unknown = listed.filter((name) => MODES.coveredBy(name).length === 0);
  const message = `must be one of ${RUNTIME_MODES.join(', ')}`;
  if (unknown.length > 0)
    return unknown.map((name) => ({
      members: [...members, name],
      message,
      ...meaning(didYouMean(name, RUNTIME_MODES)),
    }));
  if (RUNTIME_MODES.some(compileNames(names))) return [];
  return [{ members, message: 'every runtime_mode is left out, so the rule could never match' }];
}

function unknownFindings({ match }: RuleContent, known: KnownFindings): RuleError[] {
  return (['category', 'detector'] as const).flatMap((part) =>
    (match.findings?.[part] ?? []).flatMap((name): RuleError[] => {
      const error = unknownFinding(part, name, known[part]);
      return error === undefined ? [] : [{ members: ['match', 'findings', part, name], ...error }];
    }),
  );
}

/** A rule of a layer is asked for its own agents alone: for others it is not there. */
function outsideLayer({ layer, match }: RuleContent): RuleError[] {
  if (layer === undefined) return [];
  return (['tenant_id', 'agent_id'] as const).flatMap((member): RuleError[] => {
    const own = member in layer ? (layer as { [name in typeof member]?: string })[member] : undefined;
    const names = match[member];
    if (own === undefined || names === undefined || compileNames(names)(own)) return [];
    const message = `the rule is one of ${layerWords(layer)} and asks for another ${member}, so it could never match`;
    return [{ members: ['match', member], message, hint: 'leave it out, or move the rule' }];
  });
}
