import type { Names } from '../names-schema.ts';
import { BUILT_IN_HIGH_RISK_TOOLS } from '../original-form.ts';
import type { NameAttribute, RuleContent } from '../rule-schema.ts';
import { didYouMean } from '../suggestion.ts';
import { KnownList } from './known-list.ts';
import type { LintCode, RuleFinding } from './lint-issue.ts';

/** An agent of `agents.yaml`, as far as rules can name it. */
export type KnownAgent = {
  agent_id: string;
  agent_name?: string | undefined;
  agent_type?: string | undefined;
  tenant_id: string;
  groups?: readonly string[];
};

/** One kind of name that a rule can use, and those there are. */
export type Vocabulary = {
  attribute: NameAttribute;
  code: LintCode;
  isKnown(name: string): boolean;
  /** The known one that is probably meant. Looks through all of them, once for each name. */
  suggestion(name: string): string | undefined;
  /** What is wrong with an unknown one, in words. */
  absence(name: string): string;
  /** Whether one may come without a change of the files: agents, and with them tenants, are registered over the API. */
  isOpen: boolean;
};

type VocabularyInput = Pick<Vocabulary, 'attribute' | 'code' | 'absence'> & {
  known: Iterable<string>;
  isOpen?: boolean;
};

function vocabulary({ known, isOpen = false, ...rest }: VocabularyInput): Vocabulary {
  const list = new KnownList(known);
  const suggested = new Map<string, string | undefined>();
  return {
    ...rest,
    isOpen,
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
  return [...found, ...(agents.length > 0 ? agentVocabularies(agents) : [])].map(vocabulary);
}

function agentVocabularies(agents: readonly KnownAgent[]): VocabularyInput[] {
  const inFile = (what: string) => ({
    isOpen: true,
    absence: (name: string) => `agents.yaml has no ${what} ${name}`,
  });
  return [
    {
      attribute: 'agent_id',
      code: 'unknown_agent',
      known: agents.map(({ agent_id }) => agent_id),
      ...inFile('agent with the id'),
    },
    {
      attribute: 'agent_name',
      code: 'unknown_agent',
      // An agent without a name of its own goes by its id.
      known: agents.map(({ agent_id, agent_name }) => agent_name ?? agent_id),
      ...inFile('agent with the name'),
    },
    {
      attribute: 'agent_type',
      code: 'unknown_agent',
      known: agents.flatMap(({ agent_type }) => agent_type ?? []),
      ...inFile('agent of the type'),
    },
    {
      attribute: 'tenant_id',
      code: 'unknown_tenant',
      known: agents.map(({ tenant_id }) => tenant_id),
      ...inFile('agent of the tenant'),
    },
  ];
}

/** Names in a rule that nothing in the files has. */
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
    message: `${vocabulary.absence(name)}, so this part of rule ${rule.id} ${effectOf(names, vocabulary)}`,
    unknown: { vocabulary, name },
  }));
}

/** A name that never comes can neither match nor be left out; one that may come over the API can. */
export function effectOf(names: Names, { isOpen }: Vocabulary): string {
  const others = 'only agents registered over the API';
  if (Array.isArray(names)) return isOpen ? `concerns ${others}` : 'never matches';
  return isOpen ? `leaves out ${others}` : 'leaves nothing out';
}

function isBuiltIn(ruleId: string, name: string): boolean {
  return ruleId === 'high_risk_tools' && (BUILT_IN_HIGH_RISK_TOOLS as readonly string[]).includes(name);
}
