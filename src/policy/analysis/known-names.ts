import type { Names } from '../names-schema.ts';
import { BUILT_IN_HIGH_RISK_TOOLS } from '../original-form.ts';
import type { NameAttribute, RuleContent } from '../rule-schema.ts';
import { didYouMean } from '../suggestion.ts';
import { KnownList } from './known-list.ts';
import type { LintCode, RuleFinding } from './lint-issue.ts';

/** An agent of `agents.yaml`, as far as rules can name it. */
export type KnownAgent = { agent_id: string; agent_name?: string | undefined; tenant_id: string };

/** One kind of name that a rule can use, and those there are. */
export type Vocabulary = {
  attribute: NameAttribute;
  code: LintCode;
  isKnown(name: string): boolean;
  /** The known one that is probably meant. Looks through all of them, once for each name. */
  suggestion(name: string): string | undefined;
  /** What is wrong with an unknown one, in words. */
  absence(name: string): string;
};

type VocabularyInput = Pick<Vocabulary, 'attribute' | 'code' | 'absence'> & { known: Iterable<string> };

function vocabulary({ known, ...rest }: VocabularyInput): Vocabulary {
  const list = new KnownList(known);
  const suggested = new Map<string, string | undefined>();
  return {
    ...rest,
    isKnown: (name) => list.coveredBy(name).length > 0,
    suggestion: (name) => {
      if (!suggested.has(name)) suggested.set(name, didYouMean(name, list.all));
      return suggested.get(name);
    },
  };
}

/** The names there are. Without any tool, or any agent, nothing is said of those. */
export function vocabularies(
  tools: readonly string[],
  capabilities: readonly string[],
  agents: readonly KnownAgent[],
): Vocabulary[] {
  const found: VocabularyInput[] = [
    {
      attribute: 'capability',
      code: 'unknown_capability',
      known: capabilities,
      absence: (name) => `there is no capability ${name}`,
    },
  ];
  if (tools.length > 0)
    found.unshift({
      attribute: 'tool_name',
      code: 'unknown_tool',
      known: tools,
      absence: (name) => `no capability grants a tool ${name}`,
    });
  const inFile = (what: string) => (name: string) => `agents.yaml has no ${what} ${name}`;
  if (agents.length > 0)
    found.push(
      {
        attribute: 'agent_id',
        code: 'unknown_agent',
        known: agents.map(({ agent_id }) => agent_id),
        absence: inFile('agent with the id'),
      },
      {
        attribute: 'agent_name',
        code: 'unknown_agent',
        // An agent without a name of its own goes by its id.
        known: agents.map(({ agent_id, agent_name }) => agent_name ?? agent_id),
        absence: inFile('agent with the name'),
      },
      {
        attribute: 'tenant_id',
        code: 'unknown_tenant',
        known: agents.map(({ tenant_id }) => tenant_id),
        absence: inFile('agent of the tenant'),
      },
    );
  return found.map(vocabulary);
}

/** Names in a rule that nothing has. Agents that were registered over the API are not looked at. */
export function unknownNames(rule: RuleContent, known: readonly Vocabulary[]): RuleFinding[] {
  return known.flatMap((vocabulary) =>
    namesIn(rule, vocabulary.attribute).flatMap((found) => unknownIn(found, rule, vocabulary)),
  );
}

type NamesFound = { names: Names; member: string };

/** What a rule asks of the step, and of those before it. */
function namesIn({ match, history = [] }: RuleContent, attribute: NameAttribute): NamesFound[] {
  const names = match[attribute];
  const own = names === undefined ? [] : [{ names, member: `/match/${attribute}` }];
  if (attribute !== 'tool_name' && attribute !== 'capability') return own;
  const past = history.flatMap(({ [attribute]: asked }, index) =>
    asked === undefined ? [] : [{ names: asked, member: `/history/${index}/${attribute}` }],
  );
  return [...own, ...past];
}

function unknownIn({ names, member }: NamesFound, rule: RuleContent, vocabulary: Vocabulary): RuleFinding[] {
  const listed = Array.isArray(names) ? names : names.not_in;
  const unknown = listed.filter((name) => !vocabulary.isKnown(name) && !isBuiltIn(rule.id, name));
  return unknown.map((name) => ({
    code: vocabulary.code,
    rule_ids: [rule.id],
    pointer: member,
    message: `${vocabulary.absence(name)}, so this part of rule ${rule.id} ${effectOf(names)}`,
    unknown: { vocabulary, name },
  }));
}

/** A name that never comes can neither match nor be left out. */
function effectOf(names: Names): string {
  return Array.isArray(names) ? 'never matches' : 'leaves nothing out';
}

function isBuiltIn(ruleId: string, name: string): boolean {
  return ruleId === 'high_risk_tools' && (BUILT_IN_HIGH_RISK_TOOLS as readonly string[]).includes(name);
}
