import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { Bundle, CapabilityRecord, ToolGrant } from './bundle.ts';
import { type CapabilityContent, sortedTools, type ToolContent } from './capability-file.ts';
import { toolWhere } from './content.ts';
import type { Issue } from './problem.ts';
import { type ArgumentCheck, createToolSchemaCompiler, type ToolSchemaCompiler } from './tool-schema.ts';
import { type ArgumentTypes, argumentTypes } from './when/argument-types.ts';

export type Grants = {
  capabilities: CapabilityRecord[];
  grantOf: Bundle['grantOf'];
  /** The types of the arguments of tools, for conditions. */
  typesOf: ArgumentTypes;
  issues: Issue[];
};

const ANY_ARGUMENTS: ArgumentCheck = () => [];

/**
 * Compiles the capabilities of a bundle: every tool's schema once, equal schemas together. Issues lead to the
 * tools in the order given.
 */
export function compileGrants(content: Record<string, CapabilityContent>): Grants {
  const steps = grantsInSteps(content);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same; yields after each tool with a schema, which takes about a millisecond. */
export function* grantsInSteps(content: Record<string, CapabilityContent>): Generator<void, Grants> {
  const names = Object.keys(content).sort();
  const checkOf = schemaChecks();
  const issues: Issue[] = [];
  const grants = new Map<string, Map<string, ToolGrant>>();
  for (const name of names) {
    const tools = new Map<string, ToolGrant>();
    grants.set(name, tools);
    for (const [index, tool] of (content[name]?.tools ?? []).entries()) {
      if (tool.parameters !== undefined) yield;
      const { check, error } = checkOf(tool);
      if (error !== undefined)
        issues.push({ pointer: `${toolWhere(name, index)}/parameters`, message: error });
      else tools.set(tool.name, toGrant(name, content[name]?.risk ?? 'medium', tool, check));
    }
  }
  return {
    typesOf: argumentTypes(content),
    capabilities: names.map((name) => toRecord(name, content[name])),
    grantOf: (toolName, capabilities) => {
      for (const capability of capabilities) {
        const grant = grants.get(capability)?.get(toolName);
        if (grant !== undefined) return grant;
      }
      return undefined;
    },
    issues,
  };
}

type CompiledCheck = { check: ArgumentCheck; error?: never } | { check?: never; error: string };

function schemaChecks(): (tool: ToolContent) => CompiledCheck {
  // Made for the first schema: it takes longer than a bundle without any.
  let compiler: ToolSchemaCompiler | undefined;
  const compiled = new Map<string, CompiledCheck>();
  return ({ parameters }) => {
    if (parameters === undefined) return { check: ANY_ARGUMENTS };
    const key = canonicalJson(parameters);
    compiler ??= createToolSchemaCompiler();
    const known = compiled.get(key) ?? compiler.compile(parameters as JsonObject);
    compiled.set(key, known);
    return known;
  };
}

function toGrant(
  capability: string,
  risk: ToolGrant['risk'],
  tool: ToolContent,
  validate: ArgumentCheck,
): ToolGrant {
  const { sensitivity_level, output_trust, writes_memory } = tool;
  return {
    capability,
    risk,
    ...(sensitivity_level === undefined ? {} : { sensitivity_level }),
    ...(output_trust === undefined ? {} : { output_trust }),
    ...(writes_memory === undefined ? {} : { writes_memory }),
    validate,
  };
}

function toRecord(capability: string, content: CapabilityContent | undefined): CapabilityRecord {
  const { description, risk = 'medium', tools = [] } = content ?? {};
  return {
    capability,
    ...(description === undefined ? {} : { description }),
    risk,
    tools: sortedTools(tools) as CapabilityRecord['tools'],
  };
}
