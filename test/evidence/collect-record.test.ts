import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import { digestPosition } from '../../src/audit/tree-file.ts';
import { collectRecord } from '../../src/evidence/collect-record.ts';
import type { Subject } from '../../src/evidence/record.ts';
import { inclusionChecks } from '../../src/evidence/verify-inclusion.ts';
import { forgeEvent } from '../audit/forge-log.ts';
import { tempLogFile } from '../audit/log-fixture.ts';
import { planGroup } from '../audit/plan-group.ts';
import { beside, openSignedLog } from '../audit/signed-log.ts';

/** A closed and signed log of 13 events, of which 4 to 6 and 10 to 12 are the trace's. */
async function closedLog(): Promise<string> {
  const file = tempLogFile();
  const { log, close } = await openSignedLog(file);
  for (const trace of ['run-1', 'run-2', 'run-1', 'run-2']) await log.append(planGroup(trace, 3));
  await close();
  return file;
}

const SUBJECTS: Subject[] = [
  { kind: 'trace', trace_id: 'run-2' },
  { kind: 'period', filter: {}, population: ['run-2'] },
];

function recordOf(file: string, subject: Subject) {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => ({ raw: Buffer.from(line), event: JSON.parse(line) as AuditEvent }))
    .filter(({ event }) => event.trace_id === 'run-2');
  const asWritten = lines.map(({ event }) => event);
  return collectRecord(file, { subject, lines, asWritten }, async () => undefined);
}

it.each(SUBJECTS)(
  'no evidence ($kind) is made of an event that is not the one that was signed',
  async (subject) => {
    const file = await closedLog();
    expect((await recordOf(file, subject)).proof).toBeDefined();
    for (const [forged, first] of [
      [11, 11],
      [4, 4],
      // Of another trace: everything behind it hangs on it.
      [2, 4],
    ] as const) {
      const other = await closedLog();
      forgeEvent(other, forged, (event) => {
        event['decision'] = 'allow';
      });
      await expect(recordOf(other, subject)).rejects.toMatchObject({
        code: 'audit_damaged',
        sequence: first,
      });
    }
  },
);

it.each(SUBJECTS)(
  'nothing ties events ($kind) to a checkpoint through a tree that is damaged',
  async (subject) => {
    const seen = new Set<boolean>();
    for (let index = 0; index < 13; index += 1) {
      const file = await closedLog();
      const tree = readFileSync(beside(file, 'tree'));
      const at = digestPosition(0, index) * 32;
      writeFileSync(beside(file, 'tree'), tree.fill(7, at, at + 32));
      const record = await recordOf(file, subject);
      const [inclusion] = inclusionChecks(record, [], new Map());
      expect({ index, ...inclusion }).toMatchObject({
        index,
        result: record.proof === undefined ? 'not_shown' : 'holds',
      });
      seen.add(record.proof === undefined);
    }
    expect(seen.size).toBe(2);
  },
);
