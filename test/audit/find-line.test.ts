import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { offsetOfEvent } from '../../src/audit/find-line.ts';
import { openLog, tempLogFile } from './log-fixture.ts';
import { planGroup } from './plan-group.ts';

describe('the line of an event', () => {
  it('is found for every event, long and short lines mixed, and for none that is not there', async () => {
    const file = tempLogFile();
    const { log } = await openLog(file);
    for (let group = 0; group < 60; group += 1) {
      const text = 'x'.repeat(group % 7 === 0 ? 60_000 : group * 3);
      await log.append(planGroup(`run-${group}`, (group % 3) + 1, { payload: { sequence: 3, text } }));
    }
    await log.close();
    let offset = 0;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    for (const [sequence, line] of lines.entries()) {
      expect(await offsetOfEvent(file, sequence)).toBe(offset);
      offset += Buffer.byteLength(line) + 1;
    }
    expect(await offsetOfEvent(file, lines.length)).toBeUndefined();
    expect(await offsetOfEvent(file, -1)).toBeUndefined();
  });
});
