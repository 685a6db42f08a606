import type { JsonObject } from '../json/value.ts';
import type { Layer } from '../policy/layer.ts';
import { isLayerFile } from '../policy/layer-file.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { parseYaml } from '../policy/yaml.ts';
import { fileProblem } from './policy-errors.ts';

type Seen = {
  tenant_id: string;
  /** The texts of the set, and what of them the caller brought: of that everything may be said. */
  files: Readonly<Record<string, string>>;
  given?: ReadonlySet<string>;
  /** What is active: names in it that belong to other tenants are not told. */
  content: JsonObject;
};

/**
 * Problems or warnings as a caller of one tenant may read them: without those of files of other tenants, and without the names
 * of such files, tenants and rules in the rest. `*` may read all.
 */
export function problemsFor(problems: readonly PolicyProblem[], seen: Seen): readonly PolicyProblem[] {
  if (seen.tenant_id === '*' || problems.length === 0) return problems;
  const foreign = foreignNames(seen);
  const isForeign = byFile(seen);
  return problems.filter(({ file }) => !isForeign(file)).map((one) => withoutNames(one, foreign, isForeign));
}

/** The same of what keeps files from being used: that there is more is said, so that nobody looks for it in their own. */
export function errorsFor(problems: readonly PolicyProblem[], seen: Seen): readonly PolicyProblem[] {
  const own = problemsFor(problems, seen);
  const hidden = problems.length - own.length;
  if (hidden === 0) return own;
  return [...own, fileProblem('layers', `${hidden} more in files of other tenants`)];
}

/** Whether a file is a layer of another tenant. One whose tenant cannot be read is, unless the caller brought it. */
function byFile({ tenant_id, files, given }: Seen): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    if (!isLayerFile(file) || given?.has(file)) return false;
    const found = known.get(file) ?? isOfAnother(files[file] ?? '', file, tenant_id);
    known.set(file, found);
    return found;
  };
}

function isOfAnother(text: string, file: string, tenantId: string): boolean {
  const { value } = parseYaml(file, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const { layer, tenant_id } = value;
  return tenant_id === undefined ? layer !== 'agent_group' : tenant_id !== tenantId;
}

type Foreign = { tenants: ReadonlySet<string>; rules: ReadonlySet<string> };

function foreignNames({ tenant_id, content }: Seen): Foreign {
  const [tenants, rules] = [new Set<string>(), new Set<string>()];
  for (const { id, layer } of (content['rules'] ?? []) as { id: string; layer?: Layer }[]) {
    if (layer?.tenant_id === undefined || layer.tenant_id === tenant_id) continue;
    tenants.add(layer.tenant_id);
    rules.add(id);
  }
  return { tenants, rules };
}

const LAYER_NAME = /layers\/[A-Za-z0-9][A-Za-z0-9._-]*\.yaml/g;
const SUGGESTION = /^did you mean (.*)\?$/s;

function withoutNames(
  { message, hint, ...rest }: PolicyProblem,
  { tenants, rules }: Foreign,
  isForeign: (file: string) => boolean,
): PolicyProblem {
  let said = message.replace(LAYER_NAME, (name) => (isForeign(name) ? 'a file of another tenant' : name));
  for (const tenant of tenants) said = said.replaceAll(`tenant ${tenant}`, 'another tenant');
  const meant = SUGGESTION.exec(hint ?? '')?.[1] ?? '';
  const isTold = hint !== undefined && !tenants.has(meant) && !rules.has(meant);
  return { ...rest, message: said, ...(isTold && { hint }) };
}
