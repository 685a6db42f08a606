import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { type Ended, runTool } from '../cli/run-tool.ts';
import { type GatewayProcess, gatewayDirectory, type StartOptions, startProcess } from './gateway-process.ts';
import { reading } from './plans.ts';

/** As small as segments may be: about a hundred decisions each. */
export const SMALL_SEGMENTS: StartOptions = { env: { AISECOPS_SEGMENT_BYTES: String(1024 * 1024) } };

/** A trace that begins in the first segment and goes on in the last. */
export const LONG_TRACE = 'run-long';

export const segmentsOf = (directory: string): string => join(directory, 'audit', 'segments');

/** The closed segments, oldest first, by the sequence of their first event. */
export function segmentNames(directory: string): number[] {
  const path = segmentsOf(directory);
  const names = existsSync(path) ? readdirSync(path) : [];
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => Number.parseInt(name, 10))
    .toSorted((a, b) => a - b);
}

/** Decides plans until the log has so many closed segments. */
export async function fill(gateway: GatewayProcess, directory: string, segments: number): Promise<void> {
  while (segmentNames(directory).length < segments)
    await Promise.all(Array.from({ length: 20 }, () => gateway.send('POST /evaluate', { body: reading() })));
}

export type Filled = {
  directory: string;
  /** A trace of the first segment, and one of the last. */
  old: string;
  recent: string;
};

let template: Filled | undefined;
/** The directory of a gateway goes with the test that made it. */
const KEPT = mkdtempSync(join(tmpdir(), 'aisecops-filled-'));
afterAll(() => rmSync(KEPT, { recursive: true, force: true }));

/**
 * A stopped log of three closed segments and more: in the first of them an agent was registered and suspended, an
 * approval is pending, and a trace began that goes on at the end. A copy of its own for each call.
 */
export async function filledLog(): Promise<Filled> {
  if (template === undefined) {
    template = await makeFilled();
    cpSync(template.directory, KEPT, { recursive: true });
  }
  const directory = gatewayDirectory();
  cpSync(KEPT, directory, { recursive: true });
  return { ...template, directory };
}

async function makeFilled(): Promise<Filled> {
  const directory = gatewayDirectory();
  const gateway = await startProcess(directory, SMALL_SEGMENTS);
  const old = await gateway.send('POST /evaluate', { body: reading() });
  await gateway.send('POST /evaluate', { body: reading(0.01, { trace_id: LONG_TRACE }) });
  const agent = { agent_id: 'agent-late', tenant_id: 'acme-corp', capabilities: ['cap_notification_ops'] };
  expect((await gateway.send('POST /agents', { body: agent })).status).toBe(201);
  await gateway.send('POST /agents/agent-ops-01/suspend?tenant_id=acme-corp');
  await fill(gateway, directory, 3);
  await gateway.send('POST /evaluate', { body: reading(0.01, { trace_id: LONG_TRACE }) });
  const recent = await gateway.send('POST /evaluate', { body: reading() });
  await gateway.stop();
  return { directory, old: String(old.body['trace_id']), recent: String(recent.body['trace_id']) };
}

/** Purges everything that is closed. */
export function purgeAll(directory: string, args: string[] = [], killAtCall?: number): Promise<Ended> {
  const all = ['--keep-days', '0', '--allow-short', '--approver', 'Ada', '--by', 'Kim', '--reason', 'old'];
  return runTool(
    ['audit', 'purge', ...all, ...args],
    directory,
    killAtCall === undefined ? {} : { killAtCall },
  );
}
