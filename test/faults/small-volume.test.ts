import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type GatewayProcess,
  gatewayDirectory,
  type Reply,
  startProcess,
  startRefused,
} from '../process/gateway-process.ts';
import { eventsOf, faultOf } from '../process/naive-log.ts';
import { incident, reading } from '../process/plans.ts';

const DESCRIPTION = 'It is slow. '.repeat(2_500);

function mount(...args: string[]): boolean {
  return spawnSync('mount', args).status === 0;
}

/** Why no volume can be mounted for a test; `undefined` where one can. */
function whyNoVolume(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-mount-'));
  const isMounted = mount('-t', 'tmpfs', '-o', 'size=64k', 'none', directory);
  if (isMounted) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true });
  return isMounted ? undefined : 'volumes may not be mounted here';
}

/** A directory for one gateway whose log is on a volume of its own. */
function directoryWithVolume(options: string): string {
  const directory = gatewayDirectory();
  const audit = join(directory, 'audit');
  mkdirSync(audit);
  expect(mount('-t', 'tmpfs', '-o', options, 'none', audit)).toBe(true);
  onTestFinished(() => void spawnSync('umount', ['-l', audit]));
  return directory;
}

async function untilRefused(gateway: GatewayProcess): Promise<{ allowed: string[]; reply: Reply }> {
  const allowed: string[] = [];
  for (let count = 0; count < 200; count += 1) {
    const plan = incident(DESCRIPTION);
    const reply = await gateway.send('POST /evaluate', { body: plan });
    if (reply.status !== 200) return { allowed, reply };
    allowed.push(plan.execution_plan_id);
  }
  throw new Error('the volume was never full');
}

const why = whyNoVolume();

describe.skipIf(why !== undefined)('a log on a volume of its own', () => {
  it('that is full stops the decisions, says so, and goes on once the volume has grown', async () => {
    const directory = directoryWithVolume('size=1m');
    const full = await startProcess(directory);
    const { allowed, reply } = await untilRefused(full);
    expect(allowed.length).toBeGreaterThan(5);
    expect(reply).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
    expect((await full.send('GET /readyz')).body['checks']).toContainEqual({
      name: 'audit_log',
      ok: false,
      detail: expect.stringMatching(/^broken \(ENOSPC\): .*disk/),
    });
    expect(full.stdout()).toMatch(/ENOSPC.*the audit log takes no more events/);
    await full.stop();
    expect(mount('-o', 'remount,size=64m', join(directory, 'audit'))).toBe(true);
    const roomy = await startProcess(directory);
    expect((await roomy.send('POST /evaluate', { body: reading() })).status).toBe(200);
    await roomy.stop();
    expect(faultOf(directory)).toBeUndefined();
    const decided = eventsOf(directory).flatMap(({ event_type, execution_plan_id }) =>
      event_type === 'decision_made' && execution_plan_id !== undefined ? [execution_plan_id] : [],
    );
    expect(decided.slice(0, allowed.length)).toEqual(allowed);
    expect(decided).toHaveLength(allowed.length + 1);
  });

  it('that may only be read keeps the gateway from starting, with the reason', async () => {
    const directory = directoryWithVolume('size=4m');
    const first = await startProcess(directory);
    await first.send('POST /evaluate', { body: reading() });
    await first.stop();
    const audit = join(directory, 'audit');
    expect(mount('-o', 'remount,ro', audit)).toBe(true);
    const refused = await startRefused(directory);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/^aisecops: .*(EROFS|read-?only)/);
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    expect(mount('-o', 'remount,rw', audit)).toBe(true);
    const again = await startProcess(directory);
    expect((await again.send('POST /evaluate', { body: reading() })).status).toBe(200);
    await again.stop();
    expect(faultOf(directory)).toBeUndefined();
  });
});

it.runIf(why !== undefined)(`volumes are not filled here: ${why}`, ({ skip }) => skip(why));
