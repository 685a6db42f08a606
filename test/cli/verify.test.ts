import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tempLogFile } from '../audit/log-fixture.ts';
import { planGroup } from '../audit/plan-group.ts';
import { beside, ORIGIN, openSignedLog, verifierKey } from '../audit/signed-log.ts';
import { type Ended, runTool } from './run-tool.ts';

/** A closed log of eleven events in which a key is announced, with a checkpoint over all. */
async function closedLog(options: Parameters<typeof openSignedLog>[1] = {}): Promise<string> {
  const file = tempLogFile();
  const { log, announce, close } = await openSignedLog(file, options);
  await announce();
  for (const trace of ['run-1', 'run-2', 'run-1']) await log.append(planGroup(trace, 3));
  await close();
  return file;
}

function verify(file: string, ...args: string[]): Promise<Ended> {
  return runTool(['verify', '--audit-file', file, ...args]);
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

describe('verify', () => {
  it('says of each thing for itself whether it holds, and what was not looked at', async () => {
    const file = await closedLog();
    const { code, stdout, stderr } = await verify(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Integrity +holds: 11 events of log\.example\/1$/m);
    expect(stdout).toMatch(/^Completeness +\d+ checkpoints hold, the newest over 11 of 11 events$/m);
    expect(stdout).toMatch(/^Signer +not established: the log itself names log\.example\/1\+/m);
    expect(stdout).toMatch(/^Witnesses +not checked$/m);
  });

  it('establishes the signer by a key from elsewhere, and only by the right one', async () => {
    const file = await closedLog();
    const right = await verify(file, '--key', verifierKey(), '--require', 'signer', '--require', 'complete');
    expect(right).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`established: ${verifierKey()}`),
    });
    const other = verifierKey(generateKeyPairSync('ed25519').privateKey);
    expect(await verify(file, '--key', other)).toMatchObject({
      code: 13,
      stdout: expect.stringMatching(
        /^Signer +BROKEN: the newest checkpoint is signed by log\.example.*no key given$/m,
      ),
    });
    expect((await verify(file, '--key', other, '--key', verifierKey())).code).toBe(0);
    expect((await verify(file, '--require', 'signer')).code).toBe(14);
  });

  it('does not take a log without a checkpoint for one that a given key has signed: 14', async () => {
    const file = await closedLog();
    for (const name of ['checkpoint', 'checkpoints.jsonl']) rmSync(beside(file, name));
    expect((await verify(file)).code).toBe(0);
    expect(await verify(file, '--key', verifierKey())).toMatchObject({
      code: 14,
      stderr: 'required and not shown: --key: no checkpoint that a key given has signed\n',
    });
  });

  it('finds a log that was written anew and signed with another key, by a checkpoint kept elsewhere', async () => {
    const file = await closedLog();
    const kept = beside(file, 'kept.note');
    copyFileSync(beside(file, 'checkpoint'), kept);
    const forged = await closedLog({ key: generateKeyPairSync('ed25519').privateKey });
    expect((await verify(forged)).code).toBe(0);
    const { code, stdout } = await verify(forged, '--checkpoint', kept);
    expect(code).toBe(13);
    expect(stdout).toMatch(
      /^Completeness +BROKEN by .*kept\.note: the first 11 events are not those that were signed, .*two logs were signed$/m,
    );
  });

  it('finds an end that was cut off, together with the checkpoint over it, by one kept elsewhere', async () => {
    const file = tempLogFile();
    const copy = beside(file, 'elsewhere.jsonl');
    const { log, checkpoints, announce, close } = await openSignedLog(file, { copy });
    await announce();
    await log.append(planGroup('run-1', 3));
    await checkpoints.tick();
    const early = readFileSync(beside(file, 'checkpoint'));
    await log.append(planGroup('run-2', 3));
    await close();
    writeLines(file, linesOf(file).slice(0, 5));
    writeFileSync(beside(file, 'checkpoint'), early);
    rmSync(beside(file, 'checkpoints.jsonl'));
    expect((await verify(file)).code).toBe(0);
    const { code, stdout } = await verify(file, '--checkpoint', copy);
    expect(code).toBe(13);
    expect(stdout).toContain('8 events were signed, and the log has fewer');
  });

  it('reads many files as one log', async () => {
    const file = await closedLog({ limits: { maxSegmentBytes: 2_000 } });
    const { code, stdout } = await verify(file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/holds: 1[2-9] events/);
  });

  it('gives the same as JSON', async () => {
    const file = await closedLog();
    const { code, stdout } = await verify(file, '--json', '--key', verifierKey());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file,
      ok: true,
      integrity: { holds: true, events: 11, origin: ORIGIN },
      completeness: { covered: 11, faults: [] },
      signer: { status: 'established', key: verifierKey() },
    });
  });

  it('takes an empty file for no log', async () => {
    const file = tempLogFile();
    writeFileSync(file, '');
    expect(await verify(file)).toMatchObject({
      code: 13,
      stdout: expect.stringMatching(/^Integrity +BROKEN at event 0, byte 0: the file is empty: .*log_opened/),
    });
  });
});

describe('verify names what is wrong, with exit code 13', () => {
  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed word',
      (all) => all.with(6, all[6]?.replace('block', 'allow') ?? ''),
      /event 6, .*hash_mismatch/,
    ],
    ['a dropped line', (all) => all.toSpliced(4, 1), /event 4, .*sequence_broken/],
    ['a doubled line', (all) => all.toSpliced(4, 0, all[4] ?? ''), /event 5, .*sequence_broken/],
    [
      'two lines swapped',
      (all) => all.toSpliced(4, 2, all[5] ?? '', all[4] ?? ''),
      /event 4, .*sequence_broken/,
    ],
    ['white space', (all) => all.with(3, all[3]?.replace(':', ': ') ?? ''), /event 3, .*not_canonical/],
    ['a cut end', (all) => all.slice(0, -1), /11 events were signed, and the log has fewer/],
    ['another log', () => ['{"level":30,"msg":"hello"}'], /event 0, .*unknown_schema/],
    ['no JSON', () => ['hello'], /event 0, .*not_json/],
    ['a line of 17 MB', (all) => [...all, 'x'.repeat(17_000_000)], /event 11, .*line_too_long/],
  ])('%s', async (_what, tamper, message) => {
    const file = await closedLog();
    writeLines(file, tamper(linesOf(file)));
    const { code, stdout } = await verify(file);
    expect(code).toBe(13);
    expect(stdout).toMatch(message);
  });

  it.each<[string, (note: string) => string, RegExp]>([
    [
      'a checkpoint with another size',
      (note) => note.replace('\n11\n', '\n10\n'),
      /not those that were signed/,
    ],
    [
      'a checkpoint of another log',
      (note) => note.replaceAll(ORIGIN, 'log.example/2'),
      /of the log log\.example\/2/,
    ],
    ['a checkpoint that is none', () => 'hello\n', /not a signed note/],
    [
      'a signature that does not fit',
      (note) => `${note.slice(0, -8)}AAAAAA=\n`,
      /does not fit|not a signature line/,
    ],
  ])('%s', async (_what, tamper, message) => {
    const file = await closedLog();
    const path = beside(file, 'checkpoint');
    writeFileSync(path, tamper(readFileSync(path, 'utf8')));
    const { code, stdout } = await verify(file);
    expect(code).toBe(13);
    expect(stdout).toMatch(message);
  });

  it('and shows nothing of it that a terminal would act upon', async () => {
    const file = await closedLog();
    writeFileSync(beside(file, 'checkpoint'), '\u001b[2Jgone\u202e\n7\nx\n\n— a AAAAAAE=\n');
    const { stdout } = await verify(file);
    expect(stdout).toContain('BROKEN by');
    for (const character of ['\u001b', '\u202e']) expect(stdout).not.toContain(character);
  });
});

describe('a call that cannot be', () => {
  it.each<[string, string[], number, RegExp]>([
    ['an unknown command', ['frobnicate'], 2, /no command "frobnicate"/],
    ['an unknown option', ['verify', '--frob'], 2, /--frob/],
    ['a key that is none', ['verify', '--key', 'x'], 2, /--key: .*name\+id\+base64/],
    [
      'a bundle and a log',
      ['verify', 'e.zip', '--audit-file', '/nowhere/x'],
      2,
      /FILE\.zip and --audit-file do not go together/,
    ],
    [
      'a key of bundles for a log',
      ['verify', '--audit-file', '/nowhere/x', '--evidence-key', '/nowhere/k'],
      2,
      /--evidence-key is for a bundle: .*--audit-file/,
    ],
    [
      'an option twice',
      ['verify', '--audit-file', 'a', '--audit-file', 'b'],
      2,
      /--audit-file is given twice/,
    ],
    ['an unknown requirement', ['verify', '--require', 'luck'], 2, /--require luck/],
    [
      'a file that is not there',
      ['verify', '--audit-file', '/nowhere/x.jsonl'],
      1,
      /\/nowhere\/x\.jsonl: .*no such file/,
    ],
    [
      'a checkpoint that is not there',
      ['verify', '--audit-file', '/dev/null', '--checkpoint', '/nowhere/c'],
      1,
      /\/nowhere\/c/,
    ],
  ])('%s', async (_what, args, code, message) => {
    const ended = await runTool(args);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/ at .*\.ts:/);
  });

  it('help is help, for the tool and for each command', { timeout: 120_000 }, async () => {
    const help = await runTool(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    const names = [...help.stdout.matchAll(/^ {2}(\w+( \w+)?) {2}/gm)].map(([, name]) => name ?? '');
    expect(names).toEqual(expect.arrayContaining(['verify', 'audit verify', 'audit proof', 'audit tail']));
    for (const name of names) {
      const own = await runTool([...name.split(' '), '--help']);
      expect(own.code).toBe(0);
      expect(own.stdout).toContain(`Usage: aisecops ${name} `);
      expect(own.stdout).toContain('Exit codes');
    }
  });
});
