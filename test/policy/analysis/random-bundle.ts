import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import type { Bundle, StepView } from '../../../src/policy/bundle.ts';
import { stepView } from '../step-view.ts';

/** A rule as it would stand in a file. */
export type WrittenRule = {
  id: string;
  match: Record<string, unknown>;
  args: Record<string, Record<string, unknown>>;
  action: 'allow' | 'block' | 'require_approval';
  mode: 'enforce' | 'shadow';
  overridable?: boolean;
  overrides?: string[];
  layer?: object;
  obligations: { notify: string[] }[];
  approval?: { required: number; ttl: string };
};

const TOOLS = ['mail.send', 'mail.read', 'pay', 'pay.now', 'free'];

/** `free` takes any arguments; `pay` is in two capabilities. */
export const CAPABILITIES = {
  mail: {
    tools: [
      {
        name: 'mail.send',
        sensitivity_level: 'medium',
        parameters: {
          type: 'object',
          properties: {
            p: { type: ['string', 'array'], items: { type: 'string' } },
            q: { enum: ['s', 't'] },
          },
          additionalProperties: false,
        },
      },
      'mail.read',
    ],
  },
  money: {
    tools: [
      {
        name: 'pay',
        parameters: {
          type: 'object',
          properties: { p: { type: 'number', minimum: 0, maximum: 5 } },
          additionalProperties: false,
        },
      },
      {
        name: 'pay.now',
        parameters: { properties: { p: { type: 'integer' } }, additionalProperties: false },
      },
    ],
  },
  more: {
    tools: [
      'free',
      { name: 'pay', parameters: { type: 'object', properties: { p: { type: 'number' }, q: true } } },
    ],
  },
};

const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const trust = fc.constantFrom('trusted', 'internal', 'external', 'unverified');
const toolPattern = fc.constantFrom(...TOOLS, 'mail.*', '*', 'p*', 'pay?now', '*.now');
const names = <T>(one: fc.Arbitrary<T>) => {
  const list = fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
  return fc.oneof(one, list, fc.record({ not_in: list }));
};

const fullMatch = fc.record(
  {
    tool_name: names(toolPattern),
    agent_name: names(fc.constantFrom('a', 'b', '*')),
    environment: fc.constantFrom('prod', 'dev', 'p*'),
    tenant_id: names(fc.constantFrom('acme', 'o*')),
    capability: names(fc.constantFrom('mail', 'money', 'more')),
    sensitivity_level: fc.oneof(level, fc.record({ gte: level }), fc.record({ lte: level })),
    provenance: fc.oneof(
      fc.record({ lowest_trust: fc.oneof(fc.record({ at_most: trust }), fc.record({ at_least: trust })) }),
      fc.record({ source_type: fc.subarray(['skill', 'memory', 'user_prompt'], { minLength: 1 }) }),
    ),
    findings: fc.record({ severity: fc.record({ gte: level }) }),
  },
  { requiredKeys: [] },
);
const match = fc.tuple(fullMatch, fc.nat()).map(([full, start]) => some(full, start, start % 3));

/** At most so many members, from one of them on: rules that ask too much never meet. */
function some(given: object, start: number, most: number): Record<string, unknown> {
  const all = Object.entries(given);
  const from = all.length === 0 ? 0 : start % all.length;
  return Object.fromEntries([...all, ...all].slice(from, from + Math.min(most, all.length)));
}

const word = fc.constantFrom('s', 't', 'st', '@');
const scalarOperand = fc.oneof(fc.nat(3), fc.constant(1.5), word, fc.boolean(), fc.constant(null));
const domains = fc.subarray(['acme.example', 'x.acme.example', 'evil.example'], { minLength: 1 });
const limits = fc.record(
  {
    gt: fc.oneof(fc.nat(4), fc.constant(4.2)),
    gte: fc.nat(4),
    lt: fc.oneof(fc.integer({ min: 5, max: 9 }), fc.constant(4.8)),
    lte: fc.integer({ min: 5, max: 9 }),
  },
  { requiredKeys: [] },
);
const operators = fc
  .tuple(
    limits,
    fc.record(
      {
        eq: scalarOperand,
        ne: scalarOperand,
        in: fc.array(scalarOperand, { minLength: 1, maxLength: 3 }),
        not_in: fc.array(scalarOperand, { minLength: 1, maxLength: 3 }),
        starts_with: word,
        ends_with: word,
        contains: word,
        matches: fc.constantFrom('s', '^t'),
        mentions: word,
        in_domains: domains,
        not_in_domains: domains,
        exists: fc.constant(true),
      },
      { requiredKeys: [] },
    ),
    fc.nat(),
  )
  .map(([bounds, others, start]) => some({ ...bounds, ...others }, start, 2) as Record<string, unknown>)
  .filter((given) => Object.keys(given).length > 0);
const asked = fc.oneof(
  { weight: 8, arbitrary: operators },
  { weight: 1, arbitrary: fc.constant({ exists: false }) },
);

const tenant_id = fc.constantFrom('acme', 'other');
const layer = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tenant'), tenant_id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('agent_group'), group: fc.constant('buying') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('agent_group'), group: fc.constant('buying'), tenant_id }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('agent'), agent_id: fc.constant('agent-1'), tenant_id }),
  },
);

/** Some rules are made from others, narrower or wider, so that there is something to find. */
export const writtenRules: fc.Arbitrary<WrittenRule[]> = fc
  .array(
    fc.record({
      match,
      args: fc.dictionary(fc.constantFrom('p', 'p', 'q', '/p/0'), asked, { maxKeys: 1 }) as fc.Arbitrary<
        Record<string, Record<string, unknown>>
      >,
      action: fc.constantFrom('allow' as const, 'block' as const, 'require_approval' as const),
      mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'enforce' as const, 'shadow' as const),
      overridable: fc.constantFrom(false, false, true),
      layer,
      obligations: fc.constantFrom<WrittenRule['obligations']>(
        [],
        [],
        [],
        [{ notify: ['ops'] }],
        [{ notify: ['audit', 'ops'] }],
      ),
      approval: fc.record({ required: fc.constantFrom(1, 1, 2), ttl: fc.constantFrom('1h', '1h', '5m') }),
      target: fc.nat(9),
      like: fc.option(fc.nat(2), { freq: 1 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((drafts) => {
    const made = drafts.map((draft, index) => {
      const model = draft.like === null ? undefined : drafts[draft.like];
      const own = model === undefined ? draft : { ...draft, ...likeness(draft, model) };
      return { ...own, id: `r${index}` };
    });
    const targets = made
      .filter(({ action, overridable }) => action !== 'allow' && overridable)
      .map(({ id }) => id);
    return made.map(({ target, overridable, approval, like: _, layer: own, ...conditions }): WrittenRule => {
      const rule = { ...conditions, ...(own !== undefined && { layer: own }) };
      if (rule.action === 'require_approval') return { ...rule, overridable, approval };
      if (rule.action !== 'allow') return { ...rule, overridable };
      const overridden = targets[target];
      return overridden === undefined ? rule : { ...rule, overrides: [overridden] };
    });
  });

type Conditions = Pick<WrittenRule, 'match' | 'args'>;

/** The conditions of another rule, with more or with less. */
function likeness(own: Conditions & { target: number }, { match, args }: Conditions): Conditions {
  if (own.target % 3 === 0) return { match: some(match, own.target, 1), args };
  if (own.target % 3 === 1) return { match: { ...own.match, ...match }, args };
  return { match, args: { ...own.args, ...args } };
}

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.integer({ min: -1, max: 9 }),
  fc.constantFrom(0.5, 4.5),
  fc.constantFrom(
    's',
    't',
    'st',
    'ts',
    '5',
    'a@acme.example',
    'b@x.acme.example',
    'c@evil.example',
    'd@other.example',
  ),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<JsonValue>({ s: 1 }, {}),
);
const argument = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }),
);

const finding = level.map((severity) => ({
  detector: 'd',
  category: 'c',
  severity,
  message: '',
  start: 0,
  end: 1,
}));

/** Steps of any kind; see `reached` for those that come as far as the rules. */
export const steps = fc
  .record(
    {
      tool_name: fc.constantFrom(...TOOLS),
      agent_name: fc.constantFrom('a', 'b'),
      tenant_id,
      groups: fc.subarray(['buying']),
      environment: fc.constantFrom('prod', 'dev'),
      sensitivity_level: level,
      lowest_trust: trust,
      source_types: fc.subarray(['skill', 'memory', 'user_prompt']),
      findings: fc.array(finding, { maxLength: 2 }),
      arguments: fc.dictionary(fc.constantFrom('p', 'q'), argument, { maxKeys: 2 }),
      unknown_pointers: fc.subarray(['/p', '/q', '/p/0'], { maxLength: 1 }),
    },
    { requiredKeys: ['tool_name', 'arguments', 'unknown_pointers'] },
  )
  .map((given) => {
    const { sensitivity_level: _, agent_name: __, ...base } = stepView();
    return { ...base, ...given } as StepView;
  });

const SEVERITY = ['low', 'medium', 'high', 'critical'] as const;

/** The step as the capability stage lets it through under each capability that grants its tool; none where it does not. */
export function reached(bundle: Bundle, step: StepView): StepView[] {
  return Object.keys(CAPABILITIES).flatMap((capability) => {
    const grant = bundle.grantOf(step.tool_name, [capability]);
    if (grant === undefined) return [];
    const unknown = step.unknown_pointers.filter((pointer) => hasPlace(step.arguments, pointer));
    if (grant.validate(step.arguments, unknown).length > 0) return [];
    const levels = [step.sensitivity_level, grant.sensitivity_level].filter((one) => one !== undefined);
    const sensitivity = levels.toSorted((a, b) => SEVERITY.indexOf(b) - SEVERITY.indexOf(a))[0];
    const { sensitivity_level: _, ...rest } = step;
    return [
      {
        ...rest,
        capability,
        unknown_pointers: unknown,
        ...(sensitivity && { sensitivity_level: sensitivity }),
      },
    ];
  });
}

function hasPlace(args: JsonObject, pointer: string): boolean {
  const [, name = '', index] = pointer.split('/');
  const value = args[name];
  return index === undefined
    ? value !== undefined
    : Array.isArray(value) && value[Number(index)] !== undefined;
}
