import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tempLogFile } from '../audit/log-fixture.ts';
import { naiveCheckpointFault } from '../audit/naive-checkpoint.ts';
import { planGroup } from '../audit/plan-group.ts';
import { beside, openSignedLog, verifierKey } from '../audit/signed-log.ts';
import { until } from '../process/until.ts';
import { runTool, startTool } from './run-tool.ts';

async function closedLog(options: Parameters<typeof openSignedLog>[1] = {}): Promise<string> {
  const file = tempLogFile();
  const { log, close } = await openSignedLog(file, options);
  for (let group = 0; group < 12; group += 1) await log.append(planGroup(`run-${group}`, 3));
  await close();
  return file;
}

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162 §2.1.3.2 as it is written there: the root that a path leads to. */
function naiveClimb(index: number, size: number, leaf: Buffer, path: readonly Buffer[]): Buffer {
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const node of path) {
    if (fn % 2 === 1 || fn === sn) {
      root = sha256(Buffer.from([1]), node, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else root = sha256(Buffer.from([1]), root, node);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return root;
}

describe('audit proof', () => {
  it('proves each event, in whatever file it stands, to whoever has the key', async () => {
    const file = await closedLog({ limits: { maxSegmentBytes: 4_000 } });
    const { stdout } = await runTool(['audit', 'tail', '--audit-file', file, '--lines', '1000', '--json']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(40);
    for (const sequence of [0, 1, 20, lines.length - 1]) {
      const proof = await runTool(['audit', 'proof', '--audit-file', file, '--sequence', String(sequence)]);
      expect(proof.code).toBe(0);
      const split = proof.stdout.indexOf('\n\n');
      const [version, index, ...path] = proof.stdout.slice(0, split).split('\n');
      const note = proof.stdout.slice(split + 2);
      expect([version, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${sequence}`]);
      expect(naiveCheckpointFault(note, Buffer.from(`${lines.join('\n')}\n`), verifierKey())).toBeUndefined();
      const [, size, root] = note.split('\n');
      const leaf = sha256(Buffer.from([0]), Buffer.from(lines[sequence] ?? ''));
      const nodes = path.map((text) => Buffer.from(text, 'base64'));
      expect(naiveClimb(sequence, Number(size), leaf, nodes).toString('base64')).toBe(root);
    }
  });

  it('does not prove what the checkpoint does not cover, or a log that is another', async () => {
    const file = await closedLog();
    const args = ['audit', 'proof', '--audit-file', file, '--sequence'];
    expect(await runTool([...args, '37'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('the checkpoint covers 37 events, and 37 is not among them'),
    });
    expect(await runTool([...args, 'x'])).toMatchObject({ code: 2, stdout: '' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"decision":"block"', '"decision":"allow"'));
    expect(await runTool([...args, '5'])).toMatchObject({ code: 13, stdout: '' });
    writeFileSync(beside(file, 'checkpoint'), 'hello\n');
    const malformed = await runTool([...args, '5']);
    expect(malformed).toMatchObject({ code: 13, stderr: expect.stringContaining('not a signed note') });
  });
});

describe('audit tail', () => {
  it('shows the last events, oldest first, for people', async () => {
    const file = await closedLog({ limits: { maxSegmentBytes: 4_000 } });
    const { code, stdout } = await runTool(['audit', 'tail', '--audit-file', file, '--lines', '7']);
    expect(code).toBe(0);
    const shown = stdout.trimEnd().split('\n');
    expect(shown).toHaveLength(7);
    expect(shown.at(-1)).toMatch(
      /^2026-.*Z +\d+ policy_evaluated +block +agent=agent-finance-01 trace=run-11$/,
    );
  });

  it('shows all of a short log, and nothing of an empty one', async () => {
    const file = await closedLog();
    const all = await runTool(['audit', 'tail', '--audit-file', file, '--lines', '99999', '--json']);
    expect(all.stdout).toBe(readFileSync(file, 'utf8'));
    writeFileSync(file, '');
    expect(await runTool(['audit', 'tail', '--audit-file', file])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('shows what an agent wrote as text, whatever a terminal would make of it', async () => {
    const file = tempLogFile();
    const { log, close } = await openSignedLog(file);
    await log.append(planGroup('run\u001b[2J\u202e', 1, { tool_name: 'a\u0007b' }));
    await close();
    const { stdout } = await runTool(['audit', 'tail', '--audit-file', file]);
    expect(stdout).toContain('trace=run\\u{1b}[2J\\u{202e}');
    expect(stdout).toContain('tool=a\\u{7}b');
  });

  it('goes on with what comes, through files that are closed meanwhile, until it is interrupted', async () => {
    const file = tempLogFile();
    const { log, close } = await openSignedLog(file, { limits: { maxSegmentBytes: 4_000 } });
    const tool = startTool(['audit', 'tail', '--audit-file', file, '--lines', '0', '--follow', '--json']);
    // Nothing is shown that was there before the tool was: it says so by what it shows.
    for (let tries = 0; tool.stdout() === '' && tries < 300; tries += 1) {
      await log.append(planGroup('run-0', 1));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (let group = 0; group < 20; group += 1) await log.append(planGroup('run-1', 2));
    await until('the last event is shown', () => tool.stdout().includes('"trace_sequence":39') || undefined);
    tool.interrupt();
    const { code, stdout } = await tool.ended;
    await close();
    expect(code).toBe(0);
    const sequences = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0] + index));
  });
});
