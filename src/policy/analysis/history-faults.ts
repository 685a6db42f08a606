import { parsePointer } from '../../json/pointer.ts';
import type { HistoryContent } from '../history-schema.ts';
import type { Place } from '../problem.ts';
import type { RuleContent } from '../rule-schema.ts';
import { didYouMean } from '../suggestion.ts';
import type { GrantShape, GrantShapes } from './grant-shapes.ts';
import type { RuleFinding } from './lint-issue.ts';
import { nameSet } from './names.ts';
import { isGranted, MAX_GRANTS } from './rule-faults.ts';
import type { RuleShape } from './rule-shape.ts';
import { boundAt, closedNames } from './schema-bound.ts';

/** Arguments that `same` and `new` of a rule's history name, and that no step can have. */
export function historyFaults(shape: RuleShape, grants: GrantShapes): RuleFinding[] {
  const { rule } = shape;
  return (rule.history ?? []).flatMap((asked, index) => {
    const at = (member: string) => ({ pointer: `/history/${index}/${member}` });
    const counted = countedGrants(asked, grants);
    const judged = grants.ofTools(rule).filter((grant) => isGranted(shape, grant));
    const { same = [], new: fresh = [] } = asked;
    return [
      ...same.flatMap((pointer) => notJudged(rule, pointer, { grants: judged, place: at('same') })),
      ...same.flatMap((pointer) => neverCounted(rule, pointer, { grants: counted, place: at('same') })),
      ...fresh.flatMap((pointer) => neverCounted(rule, pointer, { grants: counted, place: at('new') })),
    ];
  });
}

type Setting = { grants: readonly GrantShape[]; place: Place };

/** What earlier steps can have been; nothing is known of those that were blocked, their arguments among the reasons. */
function countedGrants(
  { tool_name, capability, sensitivity_level: levels, decision }: HistoryContent,
  { all }: GrantShapes,
): readonly GrantShape[] {
  if (decision.includes('block')) return [];
  const [isTool, isCapability] = [tool_name, capability].map((names) =>
    names === undefined ? () => true : nameSet(names).test,
  ) as [(name: string) => boolean, (name: string) => boolean];
  return all.filter(
    (grant) =>
      isTool(grant.tool) &&
      isCapability(grant.capability) &&
      (levels === undefined || grant.levels.some((level) => levels.includes(level as never))),
  );
}

/** The step that is judged has to have what is compared: without it the count is in doubt. */
function notJudged(rule: RuleContent, pointer: string, { grants, place }: Setting): RuleFinding[] {
  const absent = lacking(grants, pointer);
  const isEverywhere = absent.length === grants.length;
  // A rule about many tools means those that have the argument.
  if (absent.length === 0 || (!isEverywhere && grants.length > 20)) return [];
  const effect =
    rule.action === 'allow'
      ? 'never holds and the rule never matches'
      : 'is always in doubt and the rule matches';
  const where = isEverywhere ? '' : ' there';
  const message = `${toolWords(absent)} no argument ${pointer}, so this condition of rule ${rule.id} ${effect}${where}: name an argument of the tool's schema`;
  return [issueOf(rule, { message, pointer, grants: absent, place })];
}

/** An earlier step without the argument does not count. */
function neverCounted(rule: RuleContent, pointer: string, { grants, place }: Setting): RuleFinding[] {
  const absent = lacking(grants, pointer);
  if (absent.length === 0 || absent.length < grants.length) return [];
  const message = `${toolWords(absent)} no argument ${pointer}, so no earlier step counts for this condition of rule ${rule.id}: name an argument of the tools that are counted`;
  return [issueOf(rule, { message, pointer, grants: absent, place })];
}

function lacking(grants: readonly GrantShape[], pointer: string): readonly GrantShape[] {
  if (grants.length > MAX_GRANTS) return [];
  const segments = parsePointer(pointer) ?? [];
  return grants.filter(
    ({ parameters }) => parameters !== undefined && boundAt(parameters, segments) === 'absent',
  );
}

function toolWords(grants: readonly GrantShape[]): string {
  const tools = [...new Set(grants.map(({ tool }) => tool))];
  if (tools.length === 1) return `the tool ${tools[0]} has`;
  return `the tools ${tools.slice(0, 3).join(', ')}${tools.length > 3 ? ' and others' : ''} have`;
}

function issueOf(
  rule: RuleContent,
  { message, pointer, grants, place }: Setting & { message: string; pointer: string },
): RuleFinding {
  const known = grants.flatMap(({ parameters }) => closedNames(parameters) ?? []);
  const meant = didYouMean(pointer.slice(1), known);
  const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` };
  return { code: 'unknown_argument', rule_ids: [rule.id], ...place, message, ...hint };
}
