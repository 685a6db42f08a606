import type { JsonObject } from '../json/value.ts';
import type { Layer } from './layer.ts';

/**
 * The content of a bundle as a caller of one tenant may see it: without the rules of other tenants' layers, and
 * without the tests with agents of other tenants where there are such layers. `omitted` counts both; where it is 0 the
 * content is whole, and its hash is the version. `*` may see all.
 */
export function contentFor(content: JsonObject, tenantId: string): { content: JsonObject; omitted: number } {
  if (tenantId === '*') return { content, omitted: 0 };
  const rules = (content['rules'] ?? []) as { layer?: Layer }[];
  const isForeign = (tenant: string | undefined) => tenant !== undefined && tenant !== tenantId;
  const seen = rules.filter(({ layer }) => !isForeign(layer?.tenant_id));
  if (seen.length === rules.length) return { content, omitted: 0 };
  const tests = (content['tests'] ?? []) as { plan?: { agent?: { tenant_id?: string } } }[];
  const told = tests.filter(({ plan }) => !isForeign(plan?.agent?.tenant_id));
  return {
    content: { ...content, rules: seen, tests: told } as JsonObject,
    omitted: rules.length - seen.length + tests.length - told.length,
  };
}
