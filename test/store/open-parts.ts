import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuditEvent, EventContext, EventGroup } from '../../src/audit/event.ts';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { readLines } from '../audit/read-lines.ts';

export const START_MS = Date.UTC(2026, 10, 2, 9, 0, 0);

/** A real log and a real store behind it, in a directory of their own, and a clock that the test moves. */
export type Parts = Awaited<ReturnType<typeof openParts>>;

export async function openParts(directory = tempDirectory()) {
  const time = { nowMs: START_MS };
  const file = join(directory, 'events.jsonl');
  const store = await openSqliteStore(join(directory, 'store.db'));
  const { log } = await openAuditLog({
    file,
    clock: () => time.nowMs,
    onCommit: (groups) => store.commit(groups),
  });
  await catchUp(store, file);
  const close = async (): Promise<void> => {
    await log.close();
    await store.close();
  };
  onTestFinished(close);
  let ids = 0;
  return {
    directory,
    file,
    store,
    log,
    time,
    close,
    clock: () => time.nowMs,
    holdsSecret: (text: string) => text.startsWith('ghp_'),
    newId: (prefix = 'id') => {
      ids += 1;
      return `${prefix}-${ids}`;
    },
    record: async (group: EventGroup) => {
      const trace = group.context.trace_id;
      const state = trace === undefined ? undefined : await store.traceState(trace);
      return log.append(group, state?.head);
    },
  };
}

export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-parts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Gives the store what the log holds behind its applied position, one event a group, as bare as can be. */
export async function catchUp(store: Store, file: string): Promise<number> {
  const applied = await store.applied();
  let events = 0;
  for await (const { line, offset, bytes } of readLines(file, applied?.offset ?? 0)) {
    const event: AuditEvent = JSON.parse(line);
    events += 1;
    await store.commit([
      {
        context: contextOf(event),
        events: [event],
        first_sequence: event.sequence,
        last_sequence: event.sequence,
        first_event_id: event.event_id,
        last_event_id: event.event_id,
        hash: event.hash,
        offset,
        bytes,
        timestamp: event.timestamp,
        ...(event.trace_sequence === undefined ? {} : { trace_sequence: event.trace_sequence }),
      },
    ]);
  }
  return events;
}

function contextOf(event: AuditEvent): EventContext {
  const { trace_id, execution_plan_id, tenant_id, agent_id, provenance } = event;
  const context = { trace_id, execution_plan_id, tenant_id, agent_id, provenance };
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined));
}
