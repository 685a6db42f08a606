import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../src/cli/aisecops.ts', import.meta.url));

/** Runs a line of a shell in which `$tool` is the tool; answers its exit code and what stands on standard error. */
async function shell(line: string): Promise<{ code: string; stderr: string }> {
  const script = `tool='${process.execPath} ${ENTRY}'; ${line}`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script]);
  return { code: stdout.trim(), stderr };
}

describe('output that nobody takes', () => {
  it('ends a tool without a word where its reader has gone', { timeout: 60_000 }, async () => {
    const line = '$tool policy schema | head -c 1 >/dev/null; echo $PIPESTATUS';
    expect(await shell(line)).toEqual({ code: '141', stderr: '' });
  });

  it('is named where it cannot be written', { timeout: 60_000 }, async () => {
    const { code, stderr } = await shell('$tool policy schema >/dev/full; echo $?');
    expect(code).toBe('1');
    expect(stderr).toMatch(/^aisecops: the output cannot be written: .*no space left/);
    expect(stderr).not.toMatch(/ at .*\.ts|Node\.js/);
  });

  it('does not change how a tool ends where only its progress is not read', { timeout: 60_000 }, async () => {
    const line = '{ $tool policy schema >/dev/null; echo $? >&3; } 3>&1 2>&1 >/dev/null | cat';
    expect((await shell(line)).code).toBe('0');
  });
});
