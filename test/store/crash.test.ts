import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LogReader } from '../../src/audit/log-reader.ts';
import { WHOLE_LOG } from '../../src/audit/log-start.ts';
import { hashBefore, readGroups } from '../../src/audit/read-groups.ts';
import { catchUp as catchUpWithLog } from '../../src/store/catch-up.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { catchUp as catchUpByEvent, openParts, tempDirectory } from './open-parts.ts';

const LOAD = fileURLToPath(new URL('load-process.ts', import.meta.url));

const eventSchema = z.object({
  event_type: z.string(),
  execution_plan_id: z.string().optional(),
  payload: z
    .object({
      reservations: z.array(z.object({ key: z.string(), amount: z.int() })).optional(),
      settled: z.array(z.object({ key: z.string(), actual: z.int() })).optional(),
    })
    .optional(),
});

type Totals = Record<string, { used: number; reserved: number }>;

/** The counters as a reader makes them that knows the log alone: all lines, one after the other. */
function naiveCounters(file: string): Totals {
  const held = new Map<string, number>();
  const totals: Totals = {};
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const { execution_plan_id: plan, payload } = eventSchema.parse(JSON.parse(line));
    for (const { key, amount } of payload?.reservations ?? []) {
      held.set(`${plan} ${key}`, amount);
      const total = totals[key] ?? { used: 0, reserved: 0 };
      totals[key] = { used: total.used, reserved: total.reserved + amount };
    }
    for (const { key, actual } of payload?.settled ?? []) {
      const total = totals[key] ?? { used: 0, reserved: 0 };
      const reserved = total.reserved - (held.get(`${plan} ${key}`) ?? 0);
      totals[key] = { used: total.used + actual, reserved };
    }
  }
  return totals;
}

async function storedCounters(store: Store): Promise<Totals> {
  const counters = await store.countersBetween('', '', 1_000);
  return Object.fromEntries(counters.map(({ key, used, reserved }) => [key, { used, reserved }]));
}

/** Runs the load until it has printed `lines` lines, and ends it as a crash would. */
async function killUnderLoad(directory: string, run: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [LOAD, directory, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return text.split('\n').slice(0, -1);
}

describe('kill -9 under load', () => {
  it('loses no settlement that was answered, and every restart counts as the log says', {
    timeout: 60_000,
  }, async () => {
    const directory = tempDirectory();
    const file = join(directory, 'events.jsonl');
    const answered: string[] = [];
    for (let run = 0; run < 6; run += 1) {
      answered.push(...(await killUnderLoad(directory, run, 20 + run * 150)));
    }
    const { store, close } = await openParts(directory);
    expect(await storedCounters(store)).toEqual(naiveCounters(file));
    const plans = answered
      .filter((line) => line.startsWith('settled '))
      .map((line) => line.slice('settled '.length));
    expect(plans.length).toBeGreaterThan(500);
    for (const plan of plans) expect(await store.openReservations('acme', plan)).toEqual([]);
    await close();
  });

  it('comes back from the log alone, whether groups or single events are read', {
    timeout: 60_000,
  }, async () => {
    const directory = tempDirectory();
    const file = join(directory, 'events.jsonl');
    await killUnderLoad(directory, 0, 300);
    // Opening the log sets aside what the crash left unfinished.
    const { log, close } = await openParts(directory);
    const [byGroup, byEvent] = [await openSqliteStore(':memory:'), await openSqliteStore(':memory:')];
    const events = await catchUpWithLog(byGroup, {
      size: log.size,
      nextSequence: log.nextSequence,
      start: WHOLE_LOG,
      hashBefore: (offset) => hashBefore(new LogReader(file), offset),
      groups: (from, to) => readGroups(file, from, to),
    });
    expect(await catchUpByEvent(byEvent, file)).toBe(events);
    expect(await byEvent.applied()).toEqual(await byGroup.applied());
    expect(await storedCounters(byEvent)).toEqual(naiveCounters(file));
    expect(await storedCounters(byGroup)).toEqual(naiveCounters(file));
    const traces = async (store: Store): Promise<unknown> => store.traces({ limit: 1_000 });
    expect(await traces(byEvent)).toEqual(await traces(byGroup));
    await Promise.all([byGroup.close(), byEvent.close(), close()]);
  });
});
