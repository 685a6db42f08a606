import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ADMIN_TOKEN,
  auditFile,
  type Ended,
  gatewayDirectory,
  type StartOptions,
  startProcess,
  startRefused,
} from './gateway-process.ts';
import { reading } from './plans.ts';

/** Root may write everywhere, so the process is given to somebody who may not. */
const NOBODY = 65_534;
const TOKEN = { AISECOPS_ADMIN_TOKEN: ADMIN_TOKEN };

/** One message for a person on standard error, beginning with the name of the program, and no stack. */
function expectRefusal(ended: Ended, code: number, message: RegExp): void {
  expect(ended).toMatchObject({ code, signal: null });
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).toMatch(/^aisecops: .+\n$/s);
  expect(ended.stderr).not.toMatch(/^ +at |node:|\.ts[:)]/m);
  expect(ended.stdout).not.toContain('"listening"');
}

async function refusedWith(options: StartOptions, code: number, message: RegExp): Promise<void> {
  expectRefusal(await startRefused(gatewayDirectory(), options), code, message);
}

/** A directory in which a gateway has decided something and stopped. */
async function usedDirectory(): Promise<string> {
  const directory = gatewayDirectory();
  const gateway = await startProcess(directory);
  for (let count = 0; count < 3; count += 1) {
    expect((await gateway.send('POST /evaluate', { body: reading() })).status).toBe(200);
  }
  await gateway.stop();
  return directory;
}

/** All files beside the log by their names, but the lock, which says nothing. */
function evidenceIn(directory: string): Record<string, string> {
  const audit = join(directory, 'audit');
  const entries = readdirSync(audit, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'));
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'latin1')]));
}

function othersReachUs(): boolean {
  if (process.getuid?.() !== 0) return true;
  const seen = spawnSync(
    process.execPath,
    ['-e', `fs.readFileSync(${JSON.stringify(import.meta.filename)})`],
    {
      uid: NOBODY,
    },
  );
  return seen.status === 0;
}

describe('settings that cannot be used', () => {
  it.each([
    { name: 'a port that is no number', env: { AISECOPS_PORT: 'http' }, message: /port.*AISECOPS_PORT/ },
    { name: 'a port that is too high', env: { AISECOPS_PORT: '65536' }, message: /port.*65535/ },
    { name: 'a variable that is no setting', env: { AISECOPS_PRT: '80' }, message: /AISECOPS_PRT/ },
    { name: 'a flag that is no setting', args: ['--prot', '80'], message: /--prot/ },
    { name: 'a word that is no flag', args: ['serve'], message: /serve/ },
    { name: 'an unknown log level', env: { AISECOPS_LOG_LEVEL: 'loud' }, message: /log_level/ },
    { name: 'a store of an unknown kind', env: { AISECOPS_STORE_URL: 'mysql://db' }, message: /store_url/ },
    { name: 'a flag that is no yes or no', env: { AISECOPS_RECORD_TEXTS: 'maybe' }, message: /record_texts/ },
    { name: 'all addresses without a token', env: { AISECOPS_HOST: '0.0.0.0' }, message: /ADMIN_TOKEN/ },
    { name: 'an admin token of 15 characters', env: { AISECOPS_ADMIN_TOKEN: 'a'.repeat(15) }, message: /16/ },
    { name: 'an admin token of 513', env: { AISECOPS_ADMIN_TOKEN: 'a'.repeat(513) }, message: /512/ },
  ])('$name: 78', async ({ name: _, message, ...options }) => {
    await refusedWith(options, 78, message);
  });

  it('a token that is too short is not repeated in the message', async () => {
    const env = { AISECOPS_ADMIN_TOKEN: 'hunter2-hunter' };
    expect((await startRefused(gatewayDirectory(), { env })).stderr).not.toContain('hunter2');
  });

  it.each([
    { name: 'broken', text: 'port: [', message: /aisecops\.yaml/ },
    { name: 'a list', text: '- port', message: /aisecops\.yaml/ },
    { name: 'with a key that is no setting', text: 'prot: 80', message: /prot/ },
  ])('an aisecops.yaml that is $name: 78', async ({ text, message }) => {
    const directory = gatewayDirectory();
    writeFileSync(join(directory, 'aisecops.yaml'), text);
    expectRefusal(await startRefused(directory), 78, message);
  });

  it('a refused setting leaves nothing behind', async () => {
    const directory = gatewayDirectory();
    await startRefused(directory, { env: { AISECOPS_PORT: 'http' } });
    expect(existsSync(join(directory, 'data'))).toBe(false);
    expect(existsSync(join(directory, 'audit'))).toBe(false);
  });
});

describe('policies that cannot be used', () => {
  it('missing: 78, naming the directory', async () => {
    const directory = gatewayDirectory();
    rmSync(join(directory, 'policies'), { recursive: true });
    expectRefusal(await startRefused(directory, { env: TOKEN }), 78, /policies.*\npolicies\.yaml:1:1: /s);
  });

  it.each([
    { name: 'broken YAML', file: 'policies.yaml', text: 'rules: [\n', place: /policies\.yaml:\d+:\d+: / },
    {
      name: 'an unknown key',
      file: 'budgets.yaml',
      text: 'budgets:\n  - id: b\n    size: 3\n',
      place: /budgets\.yaml:3:5: .*size/,
    },
    {
      name: 'an unknown budget',
      file: 'budgets.yaml',
      text: 'budgets: []\n',
      place: /agents\.yaml:\d+:\d+: .*q4-finance/,
    },
    {
      name: 'an unknown trust level',
      file: 'trust.yaml',
      text: 'defaults:\n  skill: some\n',
      place: /trust\.yaml:2:3: /,
    },
  ])('$name: 78, with file, line and column', async ({ file, text, place }) => {
    const directory = gatewayDirectory();
    writeFileSync(join(directory, 'policies', file), text);
    expectRefusal(await startRefused(directory, { env: TOKEN }), 78, place);
  });

  it('a test of the bundle that fails: 78, naming the test', async () => {
    const directory = gatewayDirectory();
    const file = join(directory, 'policies', 'policies.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('expect: allow', 'expect: block'));
    expectRefusal(
      await startRefused(directory, { env: TOKEN }),
      78,
      /policies\.yaml:\d+:\d+: test "finance reads a contract": expected block, got allow/,
    );
  });
});

describe('an audit log that cannot be used', () => {
  it('that another process writes: 75, and the other one goes on', async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory);
    expectRefusal(
      await startRefused(directory, { env: TOKEN }),
      75,
      /another process writes .*events\.jsonl/,
    );
    expect((await first.send('POST /evaluate', { body: reading() })).status).toBe(200);
    expect(await first.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  it('with a changed byte: 13, naming the event, and it is left as it is', async () => {
    const directory = await usedDirectory();
    const file = auditFile(directory);
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf('"decision":"allow"');
    bytes.write('"decision":"block"', at);
    writeFileSync(file, bytes);
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /event at byte \d+.*hash/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('with a line that is no event at its end: 13', async () => {
    const directory = await usedDirectory();
    appendFileSync(auditFile(directory), 'a stranger was here\n');
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /after event \d+ is damaged/);
  });

  it('that is no log at all: 13, and it is left as it is', async () => {
    const directory = gatewayDirectory();
    mkdirSync(join(directory, 'audit'));
    writeFileSync(auditFile(directory), 'my diary');
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /not an audit log/);
    expect(readFileSync(auditFile(directory), 'utf8')).toBe('my diary');
  });

  it('that lost its last event, which a checkpoint covers and the store has seen: 13', async () => {
    const directory = await usedDirectory();
    const text = readFileSync(auditFile(directory), 'utf8');
    truncateSync(
      auditFile(directory),
      Buffer.byteLength(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)),
    );
    // What a crash has torn is set aside by starts that succeed alone.
    appendFileSync(auditFile(directory), '{"event_id":"');
    const found = evidenceIn(directory);
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /1 events are missing/);
    expect(evidenceIn(directory)).toEqual(found);
    for (const name of ['checkpoint', 'checkpoints.jsonl']) rmSync(join(directory, 'audit', name));
    const unsigned = evidenceIn(directory);
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /ends before event \d+, which the tree/);
    expect(evidenceIn(directory)).toEqual(unsigned);
    rmSync(join(directory, 'audit', 'tree'));
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /no checkpoint is beside/);
  });

  it('that is new beside a store that is not: 13', async () => {
    const directory = await usedDirectory();
    rmSync(join(directory, 'audit'), { recursive: true });
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, /store has seen event \d+/);
    expect(existsSync(auditFile(directory))).toBe(false);
  });

  it('that is gone while its checkpoint is there: 13, with the way out', async () => {
    const directory = await usedDirectory();
    rmSync(auditFile(directory));
    const message = /events\.jsonl is missing or holds no event, .*put the log back/;
    expectRefusal(await startRefused(directory, { env: TOKEN }), 13, message);
    expect(existsSync(auditFile(directory))).toBe(false);
  });

  it('whose directory is a file: 1', async () => {
    const directory = gatewayDirectory();
    writeFileSync(join(directory, 'audit'), '');
    expectRefusal(await startRefused(directory, { env: TOKEN }), 1, /audit log .* cannot be opened/);
  });

  // As root the test gives up its rights, which works only where others may reach the checkout.
  it.runIf(othersReachUs())('whose directory is closed to the process: 1', async () => {
    const directory = gatewayDirectory();
    for (const name of ['audit', 'data']) mkdirSync(join(directory, name));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) for (const name of ['.', 'data']) chownSync(join(directory, name), NOBODY, NOBODY);
    chmodSync(join(directory, 'audit'), 0o555);
    const options = { env: TOKEN, ...(isRoot ? { uid: NOBODY } : {}) };
    expectRefusal(await startRefused(directory, options), 1, /audit log .* cannot be opened for writing/);
  });

  it('that is a directory: 1', async () => {
    const directory = gatewayDirectory();
    mkdirSync(auditFile(directory), { recursive: true });
    expectRefusal(await startRefused(directory, { env: TOKEN }), 1, /audit log .* cannot be opened/);
  });
});

describe('what stands beside the log', () => {
  it('a signing key that others can read: 78, with the command that helps', async () => {
    const directory = await usedDirectory();
    const file = join(directory, 'data', 'signing-keys.json');
    chmodSync(file, 0o644);
    expectRefusal(await startRefused(directory, { env: TOKEN }), 78, /chmod 600 .*signing-keys\.json/);
  });

  it('a signing key that is none: 78, and it is not repeated', async () => {
    const directory = gatewayDirectory();
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'data', 'signing-keys.json'), 'hunter2-hunter2', { mode: 0o600 });
    const ended = await startRefused(directory, { env: TOKEN });
    expectRefusal(ended, 78, /signing-keys\.json cannot be used/);
    expect(ended.stderr).not.toContain('hunter2');
  });

  it('a store that is no database: 1', async () => {
    const directory = gatewayDirectory();
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'data', 'aisecops.db'), 'my diary, and more of it. '.repeat(100));
    expectRefusal(await startRefused(directory, { env: TOKEN }), 1, /aisecops\.db is not an intact database/);
  });

  it('a data directory that is a file: 1', async () => {
    const directory = gatewayDirectory();
    writeFileSync(join(directory, 'data'), '');
    expectRefusal(await startRefused(directory, { env: TOKEN }), 1, /data/);
  });
});

describe('an address that cannot be listened on', () => {
  it('a port in use: 75, naming it', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await refusedWith(
      { env: { ...TOKEN, AISECOPS_PORT: String(port) } },
      75,
      new RegExp(`:${port} .*in use`),
    );
  });

  it.each([
    ['an address of another machine', '203.0.113.1'],
    ['a name without an address', 'nowhere.invalid'],
  ])('%s: 78, naming it and the setting', async (_, host) => {
    const escaped = host.replaceAll('.', '\\.');
    await refusedWith(
      { env: { ...TOKEN, AISECOPS_HOST: host } },
      78,
      new RegExp(`${escaped}.*AISECOPS_HOST`),
    );
  });
});
