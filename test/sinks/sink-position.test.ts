import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReceiver } from './receiver.ts';
import { runSink, sinkLog, webhookSink } from './sink-log.ts';

async function deliveredAll(segmentBytes?: number) {
  const [under, receiver] = [await sinkLog(segmentBytes), await startReceiver()];
  const sink = webhookSink(receiver.url);
  await under.append(60);
  const { stop } = runSink(under, sink);
  await expect.poll(() => receiver.lines().length).toBe(under.lines().length);
  await stop();
  return { under, receiver, sink, positionFile: join(under.directory, 'security.json') };
}

describe('the position of a sink', () => {
  it('leads through every file of the log, and a restart sends nothing twice', async () => {
    const { under, receiver, sink } = await deliveredAll();
    expect(readdirSync(join(under.directory, 'segments')).length).toBeGreaterThan(2);
    await under.append(40);
    runSink(under, sink);
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
  });

  it('is given up where its events are in no file any more: the log is told, and the rest is delivered', async () => {
    const { under, receiver, sink, positionFile } = await deliveredAll();
    const position = { origin: under.log.origin, sequence: 0, offset: 0, is_failing: false };
    writeFileSync(positionFile, JSON.stringify(position));
    const before = receiver.lines().length;
    rmSync(join(under.directory, 'segments', '0.jsonl'));
    const kept = under.lines();
    const oldest = JSON.parse(kept[0] ?? '{}').sequence;
    const { words } = runSink(under, sink);
    await expect.poll(() => receiver.lines().slice(before)).toEqual(kept);
    expect(words).toMatchObject([
      {
        event_type: 'sink_repositioned',
        payload: { sink: 'security', reason: 'events_gone', from_sequence: 0, to_sequence: oldest },
      },
    ]);
  });

  it('leads over files that are gone from the middle', async () => {
    const { under, receiver, sink, positionFile } = await deliveredAll();
    const position = { origin: under.log.origin, sequence: 0, offset: 0, is_failing: false };
    writeFileSync(positionFile, JSON.stringify(position));
    const before = receiver.lines().length;
    const [, second = ''] = readdirSync(join(under.directory, 'segments')).toSorted(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    rmSync(join(under.directory, 'segments', second));
    const { words } = runSink(under, sink);
    await expect.poll(() => receiver.lines().slice(before)).toEqual(under.lines());
    expect(words).toMatchObject([
      { payload: { reason: 'events_gone', from_sequence: Number.parseInt(second, 10) } },
    ]);
  });

  it.each([
    ['another log', (kept: object) => ({ ...kept, origin: 'log.example/2' })],
    ['another event before it', (kept: object) => ({ ...kept, hash: `sha256:${'0'.repeat(64)}` })],
    ['the middle of a line', (kept: { offset: number }) => ({ ...kept, offset: kept.offset - 5 })],
    ['more than the log holds', (kept: { offset: number }) => ({ ...kept, offset: kept.offset + 5_000 })],
  ])('is given up where it is of %s', async (_name, changed) => {
    const { under, receiver, sink, positionFile } = await deliveredAll();
    writeFileSync(positionFile, JSON.stringify(changed(JSON.parse(readFileSync(positionFile, 'utf8')))));
    const { words } = runSink(under, sink);
    await expect.poll(() => receiver.lines()).toEqual([...under.lines(), ...under.lines()]);
    expect(words).toMatchObject([{ payload: { reason: 'foreign_position', to_sequence: 0 } }]);
  });

  it('is not guessed where its file cannot be read', async () => {
    const { under, receiver, sink, positionFile } = await deliveredAll();
    writeFileSync(positionFile, '{"sequence":');
    const { runner } = runSink(under, sink);
    await expect.poll(() => runner.status().error).toMatch(/security\.json holds no position; delete it/);
    expect(receiver.lines()).toHaveLength(under.lines().length);
  });

  it('stays before a line of the log that was changed, and says so', async () => {
    const { under, receiver, sink } = await deliveredAll(10_000_000);
    const delivered = receiver.lines().length;
    await under.append(5);
    const bytes = readFileSync(under.file, 'utf8');
    const at = bytes.lastIndexOf('because');
    chmodSync(under.file, 0o640);
    writeFileSync(under.file, `${bytes.slice(0, at)}BECAUSE${bytes.slice(at + 7)}`);
    const { runner } = runSink(under, sink);
    await expect.poll(() => runner.status().error).toMatch(/hash/);
    expect(receiver.lines()).toHaveLength(delivered);
  });
});
