import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_EVALUATIONS, SEMANTICS } from '../../src/authzen/request.ts';
import { ADMIN_TOKEN, type StartedGateway, startGateway } from '../http/start-gateway.ts';
import { tableRows, textOf } from './tables.ts';

const PAGE = textOf('docs/authzen.md');
const run = promisify(execFile);

/** Each curl of the page, with the answer that the page shows below it. */
const CURLS = [...PAGE.matchAll(/^```bash\n([\s\S]*?)^```\n+```json\n([\s\S]*?)^```$/gm)].map(
  ([, script = '', shown = '']) => ({ script, shown }),
);

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** An abridged answer as something to match: `sha256:…` stands for any hash, and a sequence for any number. */
function asPattern(shown: string): Record<string, unknown> {
  return JSON.parse(shown, (name, value) => {
    if (value === 'sha256:…') return expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    return name === 'sequence' ? expect.any(Number) : value;
  });
}

describe('docs/authzen.md', () => {
  it('shows two answers', () => {
    expect(CURLS).toHaveLength(2);
  });

  it.each(CURLS)('shows the answer the gateway gives: $script', async ({ script, shown }) => {
    const commands = script.replaceAll('http://127.0.0.1:8080', gateway.origin);
    const env = { PATH: process.env['PATH'], TOKEN: ADMIN_TOKEN };
    const { stdout } = await run('bash', ['-euc', commands], { env });
    expect(JSON.parse(stdout)).toMatchObject(asPattern(shown));
  });

  it('has every semantic, and the bound of a row', () => {
    const shown = tableRows(PAGE, ['evaluations_semantic', 'Ends behind']).map(([name]) => name);
    expect(shown.map((name) => /\w+/.exec(name ?? '')?.[0])).toEqual([...SEMANTICS]);
    expect(PAGE).toContain(`At most ${MAX_EVALUATIONS},`);
  });
});
