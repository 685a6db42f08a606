import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom. Arrows point down only: edges → gateway → (decision, evaluation, replay, resources) → (plan,
 * policy, guard, audit) → json. A folder or file that is not in this table fails the test.
 */
const CORE = ['json', 'tlog', 'plan', 'policy', 'guard', 'audit'];
const RESOURCES = [
  'agents',
  'approvals',
  'budgets',
  'permits',
  'trust',
  'tokens',
  'idempotency',
  'holds',
  'versions',
];
const MAY_IMPORT: Record<string, readonly string[]> = {
  json: [],
  tlog: [],
  disk: [],
  threads: [],
  guard: [],
  plan: ['json'],
  policy: ['json', 'plan', 'guard'],
  audit: ['json', 'tlog', 'disk'],
  decision: ['json', 'plan', 'policy', 'guard'],
  keys: ['disk'],
  trust: [...CORE],
  tokens: [...CORE],
  agents: [...CORE, 'tokens'],
  budgets: [...CORE],
  idempotency: [...CORE],
  approvals: [...CORE, 'tokens'],
  holds: [...CORE],
  versions: ['policy'],
  permits: [...CORE, 'decision', 'keys', 'tokens'],
  bundles: [...CORE, 'disk', 'decision', 'agents', 'budgets', 'trust', 'versions'],
  history: [...CORE, 'decision'],
  replay: [...CORE, 'decision'],
  // A model that is asked about texts.
  classifier: ['guard'],
  evaluation: [...CORE, ...RESOURCES, 'classifier', 'decision', 'bundles', 'history', 'replay'],
  authzen: ['json', 'plan', 'policy', 'agents', 'tokens', 'evaluation'],
  // Policies, read on a thread of their own.
  loading: ['json', 'policy', 'guard', 'bundles', 'evaluation', 'threads', 'versions'],
  // Large texts, inspected on threads of their own.
  inspection: ['json', 'plan', 'guard', 'evaluation', 'threads'],
  recall: [...CORE, 'decision', 'bundles', 'evaluation', 'history', 'threads'],
  backtest: [...CORE, 'decision', 'evaluation', 'replay', 'threads'],
  evidence: [...CORE, 'bundles', 'decision', 'evaluation', 'replay', 'threads'],
  drift: ['audit', 'policy', 'evaluation'],
  sinks: ['json', 'audit', 'disk', 'ingest', 'threads', 'tokens', 'version.ts'],
  // The port is the sum of what services declare: types only, and the projection of the log.
  store: ['json', 'audit', 'replay', ...RESOURCES],
  // Log and store on a thread of their own.
  recorder: ['json', 'tlog', 'audit', 'store', 'retention', 'threads'],
  // What goes from the log, when, and what forbids it.
  retention: ['tlog', 'audit', 'disk', 'store', 'holds'],
  // Logs of other processes, taken over on another.
  ingest: ['json', 'tlog', 'audit', 'disk', 'bundles', 'replay', 'store', 'threads', 'tokens'],
  // The words of the log on another.
  search: ['json', 'audit', 'replay', 'store', 'threads'],
  telemetry: [],
  'config.ts': ['classifier', 'retention', 'sinks', 'telemetry'],
  'version.ts': [],
  'exit-codes.ts': [],
  'readiness.ts': ['audit', 'policy', 'bundles'],
  gateway: [
    'config.ts',
    'keys',
    'readiness.ts',
    ...CORE,
    ...RESOURCES,
    'classifier',
    'decision',
    'evaluation',
    'evidence',
    'backtest',
    'drift',
    'bundles',
    'history',
    'ingest',
    'inspection',
    'recall',
    'loading',
    'replay',
    'recorder',
    'retention',
    'search',
    'sinks',
    'telemetry',
  ],
  // The same decisions inside the process of an agent, without a network.
  local: [
    'keys',
    ...CORE,
    ...RESOURCES,
    'bundles',
    'evaluation',
    'history',
    'loading',
    'recall',
    'recorder',
    'replay',
    'retention',
  ],
  http: [
    'gateway',
    'config.ts',
    ...CORE,
    ...RESOURCES,
    'decision',
    'evaluation',
    'authzen',
    'backtest',
    'drift',
    'bundles',
    'ingest',
    'replay',
    'sinks',
    'telemetry',
    'threads',
  ],
  cli: [
    'exit-codes.ts',
    ...CORE,
    'disk',
    'keys',
    'store',
    'retention',
    'holds',
    'bundles',
    'evaluation',
    'evidence',
    'backtest',
    'ingest',
    'replay',
    'search',
    'trust',
  ],
  'start.ts': ['config.ts', 'exit-codes.ts', 'gateway', 'http', 'telemetry', 'version.ts'],
  'main.ts': ['start.ts'],
};

const PURE = ['json', 'tlog', 'plan', 'policy', 'guard', 'decision', 'authzen'];
/** `node:path` only joins text; `node:crypto` only hashes; `node:buffer` only looks at bytes. */
const PURE_BUILTINS = ['node:crypto', 'node:buffer'];
const IMPURE_TEXTS = [
  'Date.now',
  'new Date()',
  'Math.random',
  'process.env',
  'performance.now',
  'randomUUID',
  'randomBytes',
];

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;

const SRC = resolve(import.meta.dirname, '../src');
const files = sourceFiles(SRC);

function sourceFiles(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}

function importsOf(text: string): string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map((match) => match[1] ?? '');
}

function unitOf(file: string): string {
  return relative(SRC, file).split('/')[0] ?? '';
}

function ownImports(file: string): string[] {
  return importsOf(textOf(file))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(dirname(file), specifier))
    .filter((target) => target.startsWith(SRC));
}

describe('architecture', () => {
  it('every folder and file at the top has its line in the table', () => {
    const units = new Set(files.map(unitOf));
    expect([...units].filter((unit) => !(unit in MAY_IMPORT))).toEqual([]);
  });

  it('imports point down only', () => {
    const wrong = files.flatMap((file) => {
      const unit = unitOf(file);
      const allowed = MAY_IMPORT[unit] ?? [];
      return ownImports(file)
        .map(unitOf)
        .filter((target) => target !== unit && !allowed.includes(target))
        .map((target) => `${relative(SRC, file)} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('no file imports itself through others', () => {
    const graph = new Map(files.map((file) => [file, ownImports(file)]));
    expect(cyclesIn(graph).map((cycle) => cycle.map((file) => relative(SRC, file)).join(' → '))).toEqual([]);
  });

  it('the core does no I/O and reads no clock', () => {
    const impure = files.filter((file) => PURE.includes(unitOf(file))).flatMap(impurities);
    expect(impure).toEqual([]);
  });

  it('files and functions are small', () => {
    const large = files.flatMap((file) => {
      const text = textOf(file);
      const lines = text.split('\n').length - 1;
      const name = relative(SRC, file);
      return [...(lines > MAX_FILE_LINES ? [`${name}: ${lines} lines`] : []), ...longFunctions(text, name)];
    });
    expect(large).toEqual([]);
  });
});

function impurities(file: string): string[] {
  const text = textOf(file);
  const name = relative(SRC, file);
  const builtins = importsOf(text).filter(
    (specifier) => specifier.startsWith('node:') && !PURE_BUILTINS.includes(specifier),
  );
  const texts = IMPURE_TEXTS.filter((word) => text.includes(word));
  return [...builtins, ...texts].map((what) => `${name}: ${what}`);
}

type Node = { type?: string; start?: number; end?: number; id?: { name?: string } | null };

function longFunctions(text: string, file: string): string[] {
  return functionsIn(parseAst(text, { lang: 'ts' }).body).flatMap(({ start = 0, end = 0, id }) => {
    const lines = text.slice(start, end).split('\n').length;
    return lines > MAX_FUNCTION_LINES ? [`${file}: ${id?.name ?? 'function'} has ${lines} lines`] : [];
  });
}

function functionsIn(node: unknown): Node[] {
  if (node === null || typeof node !== 'object') return [];
  const { type } = node as Node;
  const own = type?.includes('Function') && type !== 'TSFunctionType' ? [node as Node] : [];
  return [...own, ...Object.values(node).flatMap(functionsIn)];
}

function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    const seen = path.indexOf(file);
    if (seen >= 0) cycles.push([...path.slice(seen), file]);
    if (seen >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
}
