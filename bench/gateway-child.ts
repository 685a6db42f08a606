import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Scope } from './scope.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ADMIN_TOKEN = 'bench-admin-token-0123456789';

export const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };

export const DEFAULT_POLICIES = join(ROOT, 'policies');

/** Starts the gateway on a free port, with its log and data in `directory`, as `npm start` does. */
export function startGateway(
  scope: Scope,
  directory: string,
  policyDirectory = DEFAULT_POLICIES,
): Promise<Child> {
  return startChild(scope, {
    args: startArguments(),
    cwd: directory,
    env: {
      AISECOPS_PORT: '0',
      AISECOPS_ADMIN_TOKEN: ADMIN_TOKEN,
      AISECOPS_POLICY_DIR: policyDirectory,
      AISECOPS_LOG_LEVEL: 'warn',
    },
  });
}

/** What `npm start` gives to Node once it has built: flags and entry file. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [program, ...rest] = String(scripts.start).split('&&').at(-1)?.trim().split(' ') ?? [];
  const entry = rest.pop();
  if (program !== 'node' || entry === undefined) throw new Error(`cannot follow: ${scripts.start}`);
  return [...rest, join(ROOT, entry)];
}
