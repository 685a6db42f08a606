import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventFilter } from '../../src/audit/event-filter.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { EventStreams } from '../../src/sinks/event-streams.ts';
import { FollowedLogs } from '../../src/sinks/followed-logs.ts';
import { streamPart, streamStart } from '../../src/sinks/stream-part.ts';
import type { Caller } from '../../src/tokens/caller.ts';
import { type LogUnderTest, sinkLog } from './sink-log.ts';

const ANALYST: Caller = { token_id: 'tok-1', name: 'ada', roles: ['analyst'], tenant_id: 'acme-corp' };

type Settings = { stallMs?: number; heartbeatMs?: number; log?: { size: number } };

function streamsOver(under: LogUnderTest, settings: Settings = {}) {
  const reader = new FollowedLogs(new LogReader(under.file));
  const asked: number[] = [];
  const streams = new EventStreams({
    log: under.log,
    start: (ask) => streamStart(reader, ask),
    read: (ask) => {
      asked.push(ask.from.offset);
      return streamPart(reader, ask, under.log.origin);
    },
    ...settings,
  });
  const open = async (after?: number, filter: EventFilter = {}): Promise<Readable> => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const place = after === undefined ? {} : { after: { sequence: after } };
    return streams.open({ caller: ANALYST, filter, ...place, isActive: () => true, signal: stop.signal });
  };
  return { open, asked };
}

function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
}

function dataIn(text: string): string[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']) => line);
}

describe('a stream', () => {
  it('reads no further than its reader takes, and is cut where that takes nothing', async () => {
    const under = await sinkLog(10_000_000);
    await under.append(1_500);
    const { open, asked } = streamsOver(under, { stallMs: 100 });
    const stream = await open(-1);
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(under.log.size).toBeGreaterThan(4 * 256 * 1024);
    await expect.poll(() => stream.destroyed).toBe(true);
    const again = await streamsOver(under).open(-1);
    const text = textOf(again);
    await expect.poll(() => dataIn(text()).length).toBe(under.lines().length);
  });

  it('is not cut where it only waits for news', async () => {
    const under = await sinkLog();
    const { open } = streamsOver(under, { stallMs: 1_000 });
    const text = textOf(await open());
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await under.append(1);
    await expect.poll(() => dataIn(text())).toEqual(under.lines().slice(1));
  });

  it('shows that it is there, and moves on over what its filter leaves out', async () => {
    const under = await sinkLog();
    await under.append(30);
    const { open } = streamsOver(under, { heartbeatMs: 20 });
    const text = textOf(await open(-1, { tenant_id: 'nobody' }));
    const last = under.log.nextSequence - 1;
    await expect.poll(text).toContain(`: still here\nid: ${last}\n\n`);
    expect(dataIn(text())).toEqual([]);
  });

  it('leads through every file of the log', async () => {
    const under = await sinkLog();
    await under.append(60);
    const { open } = streamsOver(under);
    const text = textOf(await open(20));
    await under.append(60);
    await expect.poll(() => dataIn(text())).toEqual(under.lines().slice(21));
  });

  it('begins nowhere where the events from there on are gone', async () => {
    const under = await sinkLog();
    await under.append(60);
    rmSync(join(under.directory, 'segments', '0.jsonl'));
    const oldest = JSON.parse(under.lines()[0] ?? '{}').sequence;
    const { open } = streamsOver(under);
    for (const after of [-1, 0, oldest - 2]) {
      await expect(open(after)).rejects.toMatchObject({ code: 'events_gone' });
    }
    const text = textOf(await open(oldest - 1));
    await expect.poll(() => dataIn(text())).toEqual(under.lines());
  });

  it('has no line that is not durable, and begins behind none', async () => {
    const under = await sinkLog();
    await under.append(3);
    const log = { size: under.log.size };
    const durable = under.lines();
    await under.append(3);
    const { open } = streamsOver(under, { log });
    const text = textOf(await open(-1));
    await expect.poll(() => dataIn(text()).length).toBe(durable.length);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(dataIn(text())).toEqual(durable);
    await expect(open(durable.length)).rejects.toMatchObject({ code: 'events_ahead' });
    log.size = under.log.size;
    await expect.poll(() => dataIn(text())).toEqual(under.lines());
  });

  it('ends at a line that was changed, and shows nothing behind it', async () => {
    const under = await sinkLog(10_000_000);
    await under.append(20);
    const lines = under.lines();
    const changed = lines.map((line, index) => (index === 7 ? line.replace('because', 'BECAUSE') : line));
    writeFileSync(under.file, `${changed.join('\n')}\n`);
    const { open } = streamsOver(under);
    const stream = await open(-1);
    const text = textOf(stream);
    const error = await new Promise((resolve) => stream.once('error', resolve));
    expect(error).toMatchObject({ code: 'audit_damaged', reason: 'hash_mismatch' });
    expect(text()).not.toContain('BECAUSE');
  });
});
