import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLocalEnforcement, type LocalEnforcement, type LocalOptions } from '../../src/local/index.ts';

/** A directory of its own that is gone after the test, with a copy of the default policies in `policies/`. */
export function localDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-local-'));
  cpSync('policies', join(directory, 'policies'), { recursive: true });
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Local enforcement in this process, closed after the test at the latest. */
export async function startLocal(
  directory: string,
  options: Partial<LocalOptions> = {},
): Promise<LocalEnforcement> {
  const local = await createLocalEnforcement({
    bundle: { directory: join(directory, 'policies') },
    directory: join(directory, 'local'),
    tenant_id: 'acme-corp',
    ...options,
  });
  onTestFinished(() => local.close());
  return local;
}
