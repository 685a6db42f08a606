import { SEVERITIES } from '../../guard/finding.ts';
import { byIdentity } from '../../json/by-identity.ts';
import { RUNTIME_MODES } from '../../plan/plan.ts';
import { SENSITIVITY_LEVELS } from '../../plan/sensitivity.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../plan/trust-level.ts';
import type { PlanView, StepView } from '../bundle.ts';
import type { Declaration, Declarations, Variable } from './scope.ts';
import { parseTimestamp } from './time.ts';
import { closedObject, DYN, INT, listOf, MAP, STRING, scalar, TIMESTAMP, type Type } from './types.ts';
import { type ObjectValue, type Value, withUnknown } from './value.ts';

const text = scalar(STRING);

function oneOf(texts: readonly string[]): Type {
  return { kinds: STRING, texts: new Set(texts) };
}

/** Texts with an order that is not that of their letters. */
function ranked(texts: readonly string[]): Type {
  return { ...oneOf(texts), isRanked: true };
}

const sensitivity = ranked(SENSITIVITY_LEVELS);
const trust = ranked(TRUST_LEVELS);

const argumentsOf = byIdentity((step: StepView) => withUnknown(step.arguments, step.unknown_pointers));

function readArguments(step: StepView): Value {
  return step.unknown_pointers.length === 0 ? step.arguments : argumentsOf(step);
}

/** Of what no object inherits, what is there is its own. */
function argumentReader(name: string): (step: StepView) => Value | undefined {
  const isInherited = name in Object.prototype;
  return (step) =>
    isInherited || step.unknown_pointers.length > 0 ? undefined : (step.arguments[name] as Value | undefined);
}

const PLAN_STEP = closedObject({
  step_id: text,
  tool_name: text,
  arguments: { kinds: DYN.kinds },
  sensitivity_level: sensitivity,
  lowest_trust: trust,
});

const stepsOf = byIdentity(({ steps }: PlanView): readonly Value[] =>
  steps.map(({ unknown_pointers, arguments: args, ...rest }) => ({
    ...rest,
    arguments: withUnknown(args, unknown_pointers),
  })),
);

const FINDING = closedObject({ detector: text, category: text, severity: ranked(SEVERITIES) });

/** In an order of their own: that of the texts they were found in depends on how members were sent. */
const findingsOf = byIdentity((findings: StepView['findings']): readonly Value[] => {
  const key = ({ detector, category, severity }: ObjectValue) => `${detector}\n${category}\n${severity}`;
  return findings
    .map(({ detector, category, severity }) => ({ detector, category, severity }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
});

const timeOf = (now: string): Value | undefined => parseTimestamp(now);

type Members = Record<string, Variable<StepView>>;

const STEP: Members = {
  step_id: { type: text, read: (step) => step.step_id },
  tool_name: { type: text, read: (step) => step.tool_name },
  capability: { type: text, read: (step) => step.capability },
  sensitivity_level: { type: sensitivity, read: (step) => step.sensitivity_level },
  lowest_trust: { type: trust, read: (step) => step.lowest_trust },
  source_types: { type: listOf(oneOf(SOURCE_TYPES)), read: (step) => step.source_types },
};

const PLAN: Members = {
  steps: { type: listOf(PLAN_STEP), read: (step) => stepsOf(step.plan()) },
  step_count: { type: scalar(INT), read: (step) => BigInt(step.plan().steps.length) },
  environment: { type: text, read: (step) => step.environment },
  session_id: { type: text, read: (step) => step.session_id },
  metadata: { type: { kinds: MAP, key: text }, read: (step) => step.plan().metadata },
};

const AGENT: Members = {
  agent_id: { type: text, read: (step) => step.agent_id },
  agent_name: { type: text, read: (step) => step.agent_name },
  agent_type: { type: text, read: (step) => step.agent_type },
  tenant_id: { type: text, read: (step) => step.tenant_id },
  runtime_mode: { type: oneOf(RUNTIME_MODES), read: (step) => step.runtime_mode },
};

/** What a condition may speak of, for tools whose arguments are of this type. */
export function declarationsFor(args: Type): Declarations<StepView> {
  return new Map<string, Declaration<StepView>>([
    ['args', { type: { ...args, kinds: MAP, key: text }, read: readArguments, reader: argumentReader }],
    ['step', { members: STEP }],
    ['plan', { members: PLAN }],
    ['agent', { members: AGENT }],
    ['findings', { type: listOf(FINDING), read: (step) => findingsOf(step.findings) }],
    ['now', { type: scalar(TIMESTAMP), read: (step) => timeOf(step.now) }],
  ]);
}
