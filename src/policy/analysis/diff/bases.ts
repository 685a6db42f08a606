import type { JsonObject } from '../../../json/value.ts';
import type { Bundle } from '../../bundle.ts';
import { sampleOf } from '../schema-sample.ts';
import type { OtherStep, TriedStep } from './tried-step.ts';

/** An agent as its record says, as far as rules see it. */
export type TriedAgent = {
  agent_id: string;
  agent_name?: string | undefined;
  agent_type?: string | undefined;
  tenant_id: string;
  groups?: readonly string[];
  capabilities: readonly string[];
};

/** What to begin with for a tool, and the capabilities for which no arguments were found that fit. */
export type Bases = { steps: TriedStep[]; schemas: unknown[]; unfit: string[] };

/** When everything is tried. */
const SOME_TIME = '2026-01-01T00:00:00.000Z';
/** Agents of the files that are tried for a capability. */
const MAX_AGENTS = 2;
const SOMEBODY: Omit<TriedAgent, 'capabilities'> = {
  ...{ agent_id: 'some-agent', agent_name: 'some-agent', tenant_id: 'some-tenant' },
};

/**
 * Steps of a tool for each capability that grants it in one of the bundles, with the least arguments that fit, of agents that
 * have the capability and of one that nobody knows.
 */
export function basesOf(bundles: readonly Bundle[], tool: string, agents: readonly TriedAgent[]): Bases {
  const bases = new Map<string, TriedStep[]>();
  const found: Omit<Bases, 'steps'> = { schemas: [], unfit: [] };
  for (const { bundle, capability, parameters } of bundles.flatMap((one) => grantsOf(one, tool))) {
    const args = argumentsFor(parameters);
    const isFit = bundle.grantOf(tool, [capability])?.validate(args, []).length === 0;
    found.schemas.push(parameters);
    if (!isFit && !found.unfit.includes(capability)) found.unfit.push(capability);
    const own = agents.filter(({ capabilities }) => capabilities.includes(capability)).slice(0, MAX_AGENTS);
    const steps = [...own, SOMEBODY].map((agent) => stepOf(agent, { tool, capability, args }));
    bases.set(JSON.stringify([capability, args]), steps);
  }
  return { ...found, steps: [...bases.values()].flat() };
}

function grantsOf(bundle: Bundle, tool: string) {
  return bundle.capabilities.flatMap(({ capability, tools }) =>
    tools.filter(({ name }) => name === tool).map(({ parameters }) => ({ bundle, capability, parameters })),
  );
}

function argumentsFor(parameters: JsonObject | undefined): JsonObject {
  return parameters === undefined ? {} : (sampleOf({ type: 'object', ...parameters }) as JsonObject);
}

function stepOf(
  { agent_id, agent_name = agent_id, agent_type, tenant_id, groups = [] }: Omit<TriedAgent, 'capabilities'>,
  { tool, capability, args }: { tool: string; capability: string; args: JsonObject },
): TriedStep {
  return {
    ...{ tool_name: tool, capability, agent_id, agent_name, tenant_id },
    ...(agent_type !== undefined && { agent_type }),
    ...(groups.length > 0 && { groups }),
    ...{
      runtime_mode: 'gateway',
      sensitivity_level: 'low',
      lowest_trust: 'trusted',
      source_types: ['user_prompt'],
    },
    ...{ step_id: 's1', arguments: args, findings: [], now: SOME_TIME },
  };
}

/** Every granted tool as a step that can stand beside another. */
export function otherSteps(bundles: readonly Bundle[]): OtherStep[] {
  const steps = new Map<string, OtherStep>();
  for (const { capabilities } of bundles)
    for (const { capability, tools } of capabilities)
      for (const { name, parameters } of tools)
        if (!steps.has(name))
          steps.set(name, { tool_name: name, capability, arguments: argumentsFor(parameters) });
  return [...steps.values()];
}
