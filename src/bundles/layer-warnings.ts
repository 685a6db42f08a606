import type { AgentRecord } from '../agents/agent-record.ts';
import type { JsonObject } from '../json/value.ts';
import { layersOf } from '../policy/content.ts';
import { type Layer, layerWords } from '../policy/layer.ts';
import { isLayerFile, type LayerFile, layerFileSchema } from '../policy/layer-file.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { readBySchema } from '../policy/schema-issues.ts';
import { didYouMean } from '../policy/suggestion.ts';
import { locateIssues, parseYaml } from '../policy/yaml.ts';

/**
 * Layers that concern no agent of `agents.yaml`: a name that is mistyped makes rules that load and never match. Agents
 * that were registered over the API are not known here, so it is a warning and no more. `content`: of the bundle that
 * the files make.
 */
export function layerWarnings(
  agents: readonly AgentRecord[],
  content: JsonObject,
  files: Readonly<Record<string, string>>,
): PolicyProblem[] {
  const layers = layersOf((content['rules'] ?? []) as { layer?: Layer }[]);
  if (layers.length === 0) return [];
  const known = namesOf(agents);
  // The files are read again, which takes as long as loading them, only where there is something to be said of one.
  if (layers.every((layer) => missingIn(layer, known) === undefined)) return [];
  const names = Object.keys(files).filter(isLayerFile).sort();
  return names.flatMap((name) => warningsOf(name, files[name] ?? '', known));
}

function warningsOf(name: string, text: string, known: Known): PolicyProblem[] {
  const content = readBySchema(layerFileSchema, parseYaml(name, text).value).value;
  const missing = content && missingIn(content.layer, known);
  if (content === undefined || missing === undefined) return [];
  const { member, wanted, among } = missing;
  const meant = among.size <= MAX_SUGGESTED_FROM ? didYouMean(wanted, [...among]) : undefined;
  const message = `agents.yaml has no agent of ${layerWords(content.layer)}, so these rules concern only agents registered over the API`;
  const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` };
  return locateIssues(name, text, [{ pointer: `/${member}`, message, ...hint }]);
}

/** Names beyond this are not searched for the one that was meant: each search is a walk through all of them. */
const MAX_SUGGESTED_FROM = 1_000;

type Known = {
  tenants: Set<string>;
  groups: Map<string, Set<string>>;
  agents: Map<string, Set<string>>;
  allGroups: Set<string>;
};

function namesOf(agents: readonly AgentRecord[]): Known {
  const known: Known = { tenants: new Set(), groups: new Map(), agents: new Map(), allGroups: new Set() };
  for (const { tenant_id, agent_id, groups } of agents) {
    if (!known.tenants.has(tenant_id)) {
      known.tenants.add(tenant_id);
      known.groups.set(tenant_id, new Set());
      known.agents.set(tenant_id, new Set());
    }
    known.agents.get(tenant_id)?.add(agent_id);
    for (const group of groups) {
      known.groups.get(tenant_id)?.add(group);
      known.allGroups.add(group);
    }
  }
  return known;
}

/** The name of a layer that nobody has, and the names it may be a slip of. */
function missingIn(
  layer: LayerFile['layer'],
  { tenants, groups, agents, allGroups }: Known,
): { member: string; wanted: string; among: ReadonlySet<string> } | undefined {
  const { tenant_id } = layer;
  if (tenant_id !== undefined && !tenants.has(tenant_id))
    return { member: 'tenant_id', wanted: tenant_id, among: tenants };
  if (layer.kind === 'tenant') return undefined;
  if (layer.kind === 'agent') {
    const among = agents.get(layer.tenant_id) ?? new Set();
    return among.has(layer.agent_id) ? undefined : { member: 'agent_id', wanted: layer.agent_id, among };
  }
  const among = tenant_id === undefined ? allGroups : (groups.get(tenant_id) ?? new Set());
  return among.has(layer.group) ? undefined : { member: 'group', wanted: layer.group, among };
}
