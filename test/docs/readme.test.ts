import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ADMIN_TOKEN,
  type GatewayProcess,
  gatewayDirectory,
  startProcess,
} from '../process/gateway-process.ts';
import { tableRows, textOf } from './tables.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = textOf('README.md');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
const run = promisify(execFile);

type Block = { language: string; text: string };

const BLOCKS: Block[] = [...README.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

/** The curls of the page, each with the answer that the page shows below it, where it shows one. */
const CURLS = BLOCKS.flatMap(({ language, text }, index) => {
  if (language !== 'bash' || !text.includes('curl ')) return [];
  const next = BLOCKS[index + 1];
  return [{ script: text, shown: next?.language === 'json' ? next.text : undefined }];
});

/** Runs a block as a reader would who has the token, against the gateway of the test. Answers what curl printed. */
async function ask(gateway: GatewayProcess, script: string): Promise<Record<string, unknown>> {
  const commands = script
    .split('\n')
    .filter((line) => !line.startsWith('export TOKEN='))
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', gateway.origin);
  const env = { PATH: process.env['PATH'], TOKEN: ADMIN_TOKEN };
  const { stdout } = await run('bash', ['-euc', commands], { env });
  return JSON.parse(stdout);
}

/** An abridged answer as something to match: `sha256:…` stands for any hash, and a sequence for any number. */
function asPattern(shown: string): Record<string, unknown> {
  return JSON.parse(shown, (name, value) => {
    if (value === 'sha256:…') return expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    return name === 'sequence' ? expect.any(Number) : value;
  });
}

describe('README.md', () => {
  it('shows the answer the gateway gives to the mail', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const [mail] = CURLS;
    expect(mail?.shown).toBeDefined();
    const answer = await ask(gateway, mail?.script ?? '');
    expect(answer).toMatchObject(asPattern(mail?.shown ?? '{}'));
  });

  it('gets a yes for the read', async () => {
    const gateway = await startProcess(gatewayDirectory());
    expect(CURLS).toHaveLength(2);
    const answer = await ask(gateway, CURLS[1]?.script ?? '');
    expect(answer).toMatchObject({ decision: 'allow', control: 'none' });
  });

  it('finds the token where the first start prints it', async () => {
    const gateway = await startProcess(gatewayDirectory(), { withoutAdminToken: true });
    const [, token = ''] = /Admin token[^\n]*\n\n\s+(\S+)\n/.exec(gateway.stdout()) ?? [];
    expect((await gateway.send('GET /tokens', { token })).status).toBe(200);
    expect((await gateway.send('GET /docs/', { token: null })).status).toBe(200);
  });

  it('shows a rule that loads', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const rule = BLOCKS.find(({ language }) => language === 'yaml')?.text ?? '';
    expect(rule).toContain('- id:');
    const policies = `bundle: production\ndefault: block\nrules:\n${rule.replaceAll(/^/gm, '  ')}`;
    const files = Object.fromEntries(
      ['agents', 'budgets', 'capabilities', 'trust'].map((name) => [
        `${name}.yaml`,
        textOf(`policies/${name}.yaml`),
      ]),
    );
    const reply = await gateway.send('POST /policies/validate', {
      body: { files: { ...files, 'policies.yaml': policies } },
    });
    // The few rules of the page leave most tools of the capabilities to the default.
    const { valid, warnings } = reply.body as { valid: boolean; warnings: { code?: string }[] };
    expect(valid).toBe(true);
    expect(warnings.filter(({ code }) => code !== 'default_only_tool')).toEqual([]);
  });

  it('names no npm script there is not', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    const named = [...README.matchAll(/npm (?:run (?:-s )?)?(start|test|(?<=run (?:-s )?)\w[\w:-]*)/g)].map(
      ([, name]) => name,
    );
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'demo', 'bench', 'aisecops']));
    expect(named.filter((name = '') => !(name in scripts))).toEqual([]);
  });

  it('lists the controls in the order of the stages', async () => {
    const gateway = await startProcess(gatewayDirectory());
    const answer = await ask(gateway, CURLS[1]?.script ?? '');
    const stages = (answer['stages'] as { stage: string }[]).map(({ stage }) => stage.replaceAll('_', ' '));
    const listed = tableRows(README, ['Control', 'Asks']).map(([control = '']) =>
      control.replaceAll('*', ''),
    );
    expect(listed).toEqual(stages);
  });
});

/** Links to files of the checkout, and paths in backticks that are meant to be there before the first start. */
function pathsIn(page: string): string[] {
  const text = textOf(page);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
  const named = [...text.matchAll(/`((?:src|docs|test|policies|changes|deploy|examples)\/[\w./-]*)`/g)];
  return [...links, ...named.map(([, path = '']) => path)];
}

describe('the pages at the root', () => {
  it.each(PAGES)('%s points at files there are', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
  });
});
