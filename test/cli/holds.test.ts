import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tempLogFile } from '../audit/log-fixture.ts';
import { openSignedLog } from '../audit/signed-log.ts';
import { runTool } from './run-tool.ts';

const HOLD = {
  ...{ hold_id: 'hold-1', status: 'active', scope: { tenant_id: 'acme-corp' }, reason: 'case 7' },
  ...{ placed_by: 'Ada', placed_at: '2026-11-02T09:00:00.000Z' },
};

async function logWithHold(): Promise<string> {
  const file = tempLogFile();
  const { log, close } = await openSignedLog(file);
  await log.append({ context: {}, events: [{ event_type: 'hold_placed', payload: { hold: HOLD } }] });
  await close();
  return file;
}

const holds = (file: string) => runTool(['audit', 'holds', '--audit-file', file]);

describe('audit holds', () => {
  it('lists the holds that a log tells of', async () => {
    expect(await holds(await logWithHold())).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^hold-1 active: .*case 7; by Ada/),
    });
  });

  it.each<[string, (log: string) => string, RegExp]>([
    ['an empty file', () => '', /the file is empty/],
    ['a file that is no log', () => 'my diary\n', /line 1 of the log does not hold: the line is not JSON/],
    [
      'a hold that goes by another type',
      (log) => log.replace('"event_type":"hold_placed"', '"event_type":"hold_plaxed"'),
      /line 2 of the log does not hold: the hash is not/,
    ],
    ['a hold that was cut out', (log) => `${log.split('\n')[0]}\n{}\n`, /line 2 of the log does not hold/],
  ])('does not say of %s that no hold is active: 13', async (_what, change, message) => {
    const file = await logWithHold();
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    expect(await holds(file)).toMatchObject({ code: 13, stdout: '', stderr: expect.stringMatching(message) });
  });
});
