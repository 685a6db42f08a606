import { createHash, createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesInZip } from '../../src/evidence/zip.ts';
import { naiveKeyFault, naiveTrust } from '../audit/naive-keys.ts';
import { runTool } from '../cli/run-tool.ts';
import { naiveBundleFault } from '../evidence/naive-bundle.ts';
import { gatewayDirectory, type StartOptions, startProcess, startRefused } from './gateway-process.ts';
import { eventsOf, faultOf, logKeyOf, logOf, notesOf } from './naive-log.ts';
import { reading } from './plans.ts';

const keyFile = (directory: string): string => join(directory, 'data', 'signing-keys.json');
const checkpoint = (directory: string): string => join(directory, 'audit', 'checkpoint');

/** A gateway decides a plan and stops. Answers the trace. */
async function decideOnce(directory: string, options: StartOptions = {}): Promise<string> {
  const gateway = await startProcess(directory, options);
  const { body } = await gateway.send('POST /evaluate', { body: reading() });
  expect(body).toMatchObject({ decision: 'allow' });
  await gateway.stop();
  return String(body['trace_id']);
}

function rotate(directory: string, ...args: string[]) {
  return runTool(['keys', 'rotate', '--reason', 'yearly', '--by', 'Kim', ...args], directory);
}

function verify(directory: string, ...args: string[]) {
  return runTool(['verify', '--require', 'signer', ...args], directory);
}

/** The text of a note with the signature of one key alone, made with nothing of the product. */
function signedAlone(note: string, jwk: JsonWebKey): string {
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const [origin = ''] = text.split('\n');
  const typed = Buffer.concat([Buffer.from([1]), Buffer.from(String(jwk.x), 'base64url')]);
  const id = createHash('sha256').update(`${origin}\n`).update(typed).digest().subarray(0, 4);
  const signature = sign(null, Buffer.from(text), createPrivateKey({ key: jwk, format: 'jwk' }));
  return `${text}\n— ${origin} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** A log that two keys have signed, one after the other. */
async function rotatedLog(): Promise<{ directory: string; before: string; after: string }> {
  const directory = gatewayDirectory();
  await decideOnce(directory);
  const before = logKeyOf(directory);
  expect(await rotate(directory)).toMatchObject({ code: 0, stderr: '' });
  await decideOnce(directory);
  return { directory, before, after: logKeyOf(directory) };
}

describe('a rotation of the log key', () => {
  it('is shown to whoever has the old key, the new one, or both', { timeout: 60_000 }, async () => {
    const { directory, before, after } = await rotatedLog();
    expect(after).not.toBe(before);
    expect(faultOf(directory)).toBeUndefined();
    expect(naiveTrust(logOf(directory), notesOf(directory), before)).toEqual([before, after]);
    for (const keys of [[before], [after], [before, after]]) {
      const { code, stdout } = await verify(directory, ...keys.flatMap((key) => ['--key', key]));
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`established: ${after}`),
      });
      const trust = keys.includes(before) ? 'the old key was trusted, so the new one is' : 'was not given';
      expect(stdout).toMatch(/^Key replaced +at event \d+ by Kim \(yearly\): .*is signed by both/m);
      expect(stdout).toContain(trust);
    }
    expect((await verify(directory)).code).toBe(14);
  });

  it('leaves one key that can sign, and the public half of the other', async () => {
    const { directory, after } = await rotatedLog();
    const keys = JSON.parse(readFileSync(keyFile(directory), 'utf8'));
    expect(keys.retired.log).toHaveLength(1);
    expect(keys.retired.log[0]).not.toHaveProperty('d');
    expect(keys).not.toHaveProperty('next');
    expect(keys.log.kid).not.toBe(keys.retired.log[0].kid);
    const event = eventsOf(directory).find(({ event_type }) => event_type === 'key_rotated');
    expect(event?.payload).toMatchObject({ purpose: 'log', new_key: after, reason: 'yearly', by: 'Kim' });
    expect(eventsOf(directory).filter(({ event_type }) => event_type === 'log_key_announced')).toHaveLength(
      1,
    );
  });

  it('can be followed through several rotations, and not around one that is not shown', {
    timeout: 60_000,
  }, async () => {
    const { directory, before } = await rotatedLog();
    await rotate(directory);
    await decideOnce(directory);
    const last = logKeyOf(directory);
    expect((await verify(directory, '--key', before)).stdout).toContain(`established: ${last}`);
    const history = join(directory, 'audit', 'checkpoints.jsonl');
    const lines = readFileSync(history, 'utf8').trimEnd().split('\n');
    const single = lines.filter((line) => JSON.parse(line).note.match(/— /g).length === 1);
    expect(lines.length - single.length).toBe(2);
    writeFileSync(history, `${single.join('\n')}\n`);
    const { code, stdout } = await verify(directory, '--key', before);
    expect({ code, stdout }).toMatchObject({ code: 14, stdout: expect.stringContaining('NOT SHOWN') });
  });

  it('is accepted in bundles of evidence, also in one made in between', { timeout: 60_000 }, async () => {
    const directory = gatewayDirectory();
    const trace = await decideOnce(directory);
    const before = logKeyOf(directory);
    await rotate(directory);
    expect(notesOf(directory).at(-1)?.match(/— /g)).toHaveLength(2);
    const zip = join(directory, 'evidence.zip');
    const args = ['--trace-id', trace, '--evidence', zip];
    expect((await runTool(args, directory, 'aisecops-replay')).code).toBe(0);
    for (const log of [before, logKeyOf(directory)]) {
      const { code, stdout } = await runTool(['verify', zip, '--key', log], directory);
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/signer +holds/) });
      expect(naiveBundleFault(await filesInZip(readFileSync(zip)), { log })).toBeUndefined();
    }
  });

  it('is refused where it would leave something unsaid', async () => {
    const directory = gatewayDirectory();
    const gateway = await startProcess(directory);
    expect((await rotate(directory)).code).toBe(75);
    await gateway.stop();
    const unsaid = await runTool(['keys', 'rotate'], directory);
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason TEXT is needed') });
    const unknown = await rotate(directory, '--purpose', 'luck');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('permits, log, evidence') });
  });
});

describe('after a rotation', () => {
  it('the old key signs nothing that is believed, by a start or by a verifier', {
    timeout: 60_000,
  }, async () => {
    const directory = gatewayDirectory();
    await decideOnce(directory);
    const kept = join(directory, 'kept');
    cpSync(join(directory, 'data'), kept, { recursive: true });
    await rotate(directory);
    await decideOnce(directory);
    const key = logKeyOf(directory);
    const newest = readFileSync(checkpoint(directory));
    // The old key signs the newest state: what whoever stole it would do.
    const keys = JSON.parse(readFileSync(join(kept, 'signing-keys.json'), 'utf8'));
    writeFileSync(checkpoint(directory), signedAlone(newest.toString(), keys.log));
    const { code, stdout } = await verify(directory, '--key', key);
    expect({ code, stdout }).toMatchObject({
      code: 13,
      stdout: expect.stringMatching(/BROKEN .*had replaced/),
    });
    expect(naiveKeyFault(logOf(directory), notesOf(directory))).toMatch(/replaced the key/);
    const refused = await startRefused(directory);
    expect(refused).toMatchObject({ code: 13, stderr: expect.stringMatching(/a key that was replaced/) });
    // A key file from before it does not sign either.
    writeFileSync(checkpoint(directory), newest);
    cpSync(join(kept, 'signing-keys.json'), keyFile(directory));
    expect(await startRefused(directory)).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/event \d+ of .* replaced the key that the key file holds/),
    });
  });

  it('permits and evidence of before are still verified', { timeout: 60_000 }, async () => {
    const directory = gatewayDirectory();
    const first = await startProcess(directory);
    const { body } = await first.send('POST /evaluate', {
      body: reading(0.01, { request_permit: true }),
    });
    const permit = body['permit'];
    const published = await first.send('GET /.well-known/evidence-jwks.json');
    await first.stop();
    for (const purpose of ['permits', 'evidence'])
      expect(await rotate(directory, '--purpose', purpose)).toMatchObject({ code: 0 });
    const second = await startProcess(directory);
    const answer = await second.send('POST /permits/verify', { body: { permit } });
    expect(answer.body).toMatchObject({ valid: true });
    const [old] = published.body['keys'] as unknown[];
    const keys = (await second.send('GET /.well-known/evidence-jwks.json')).body['keys'] as unknown[];
    expect(keys).toHaveLength(2);
    expect(keys[1]).toEqual(old);
    await second.stop();
    const rotations = eventsOf(directory).filter(({ event_type }) => event_type === 'key_rotated');
    expect(rotations.map(({ payload }) => payload['purpose'])).toEqual(['permits', 'evidence']);
  });
});

/** Every call in turn takes minutes; all of them were tried, and each third one is. */
const STRIDE = 3;

describe('kill -9 at the steps of a rotation', () => {
  it('leaves a log that starts, verifies, and whose rotation can be brought to its end', {
    timeout: 600_000,
  }, async () => {
    const template = gatewayDirectory();
    await decideOnce(template);
    const before = logKeyOf(template);
    let steps = 0;
    for (let code: number | null = null; code !== 0; steps += STRIDE) {
      const directory = gatewayDirectory();
      cpSync(template, directory, { recursive: true });
      const ended = await runTool(['keys', 'rotate', '--reason', 'yearly'], directory, {
        killAtCall: steps + 1,
      });
      code = ended.code;
      const wasLogged = eventsOf(directory).some(({ event_type }) => event_type === 'key_rotated');
      await decideOnce(directory);
      expect(faultOf(directory)).toBeUndefined();
      // Either it is done, or nothing of it is.
      expect(logKeyOf(directory) !== before).toBe(wasLogged);
      const check = await verify(directory, '--key', before);
      expect({ steps, killed: ended.stderr, ...check }).toMatchObject({ code: 0 });
      const keys = JSON.parse(readFileSync(keyFile(directory), 'utf8'));
      expect('retired' in keys).toBe(wasLogged);
      if (!wasLogged) expect((await rotate(directory)).code).toBe(0);
      expect(faultOf(directory)).toBeUndefined();
    }
    expect(steps).toBeGreaterThan(15);
  });
});
