import { describe, expect, it, onTestFinished } from 'vitest';
import { SinkLink } from '../../src/sinks/sink-link.ts';
import { startReceiver } from './receiver.ts';
import { KEY, type LogUnderTest, sinkLog, webhookSink } from './sink-log.ts';

/** `isBroken` says of each start whether the thread is given what it cannot begin with. */
function linkOver(under: LogUnderTest, url: string, isBroken = () => false) {
  const failures: Error[] = [];
  const target = { sink: webhookSink(url), secrets: { keys: [KEY] } };
  const link = new SinkLink({
    data: () => ({
      ...{ auditFile: under.file, origin: under.log.origin, directory: under.directory },
      durable: under.log.size,
      targets: isBroken() ? (undefined as never) : [target],
    }),
    onWord: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => link.close());
  return { link, failures };
}

describe('the thread of the sinks', () => {
  it('delivers what it is told is durable', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    const { link } = linkOver(under, receiver.url);
    link.start();
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
    await under.append(10);
    link.post({ type: 'durable', size: under.log.size });
    await expect.poll(() => receiver.lines()).toEqual(under.lines());
    const [report] = await link.call('report', undefined);
    expect(report?.status).toMatchObject({ state: 'running', next_sequence: under.log.nextSequence });
  });

  it('refuses what waits when it ends by itself, says so, and comes back', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    let starts = 0;
    const { link, failures } = linkOver(under, receiver.url, () => {
      starts += 1;
      return starts === 1;
    });
    const asked = link.call('report', undefined);
    await expect(asked).rejects.toMatchObject({ code: 'sinks_unavailable' });
    expect(failures.map(({ name }) => name)).toEqual(['TypeError', 'Error']);
    await under.append(5);
    await expect.poll(() => receiver.lines(), { timeout: 15_000 }).toEqual(under.lines());
    expect(await link.call('report', undefined)).toHaveLength(1);
  }, 30_000);

  it('answers nothing any more once it was closed', async () => {
    const [under, receiver] = [await sinkLog(), await startReceiver()];
    const { link, failures } = linkOver(under, receiver.url);
    await link.call('report', undefined);
    await link.close();
    await expect(link.call('report', undefined)).rejects.toMatchObject({ code: 'sinks_unavailable' });
    expect(failures).toEqual([]);
  });
});
