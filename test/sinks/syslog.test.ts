import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SinkConfig, sinksSchema } from '../../src/sinks/sink-config.ts';
import { freePort } from './receiver.ts';
import { runSink, sinkLog } from './sink-log.ts';
import { type Manner, startSyslog, textIn } from './syslog-receiver.ts';
import { testCertificate } from './test-certificate.ts';

function syslogSink(port: number, more: object = {}): SinkConfig {
  const [sink] = sinksSchema.parse([
    {
      ...{ name: 'security', kind: 'syslog', host: '127.0.0.1', port, tls: false },
      ...{ retry_first_ms: 10, retry_max_ms: 40, timeout_ms: 400, ...more },
    },
  ]);
  if (sink === undefined) throw new Error('no sink');
  return sink;
}

describe('a syslog sink', () => {
  it('delivers every exact line in order, whatever becomes of its connections', async () => {
    const manner = fc.constantFrom<Manner>('take', 'take', 'reset', 'close at once', 'reset in the middle');
    await fc.assert(
      fc.asyncProperty(
        fc.array(manner, { maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        async (manners, batch_events) => {
          const [under, receiver] = [await sinkLog(), await startSyslog()];
          const left = [...manners];
          receiver.manner = () => left.shift() ?? 'take';
          await under.append(15);
          const running = runSink(under, syslogSink(receiver.port, { batch_events }));
          await under.append(15);
          await expect.poll(() => new Set(receiver.messages).size).toBe(under.lines().length);
          expect([...new Set(receiver.messages.map(textIn))]).toEqual(under.lines());
          await running.stop();
          await receiver.stop();
          await under.log.close();
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it.each<[Manner, string | RegExp]>([
    ['hang', 'not taken within 400 ms'],
    ['close at once', /^(closed before it had read everything|ECONNRESET|EPIPE)$/],
    ['reset', /^(ECONNRESET|EPIPE|closed before it had read everything)$/],
  ])('has delivered nothing to a receiver that would %s', async (manner, error) => {
    const [under, receiver] = [await sinkLog(), await startSyslog()];
    receiver.manner = () => manner;
    await under.append(5);
    const { runner } = runSink(under, syslogSink(receiver.port));
    await expect.poll(() => runner.status().error).toMatch(error);
    expect(runner.status()).toMatchObject({ next_sequence: 0, delivered: 0 });
    receiver.manner = () => 'take';
    await expect.poll(() => receiver.messages.map(textIn)).toEqual(under.lines());
  });

  it('waits for a receiver that is down at the start', async () => {
    const under = await sinkLog();
    await under.append(10);
    const port = await freePort();
    const { runner } = runSink(under, syslogSink(port));
    await expect.poll(() => runner.status().error).toBe('ECONNREFUSED');
    const receiver = await startSyslog({ port });
    await expect.poll(() => receiver.messages.map(textIn)).toEqual(under.lines());
  });

  it.each(['ocsf', 'ecs', 'cef'])('writes %s where it is told to', async (format) => {
    const [under, receiver] = [await sinkLog(), await startSyslog()];
    await under.append(4);
    runSink(under, syslogSink(receiver.port, { format }));
    await expect.poll(() => receiver.messages.length).toBe(under.lines().length);
    const originals = receiver.messages.map(textIn).map((text) => {
      if (format === 'cef') return /cs6=(\S+)/.exec(text)?.[1];
      return format === 'ocsf' ? JSON.parse(text).raw_data : JSON.parse(text).event.original;
    });
    const expected = under.lines().map((line) => (format === 'cef' ? JSON.parse(line).hash : line));
    expect(originals).toEqual(expected);
  });

  it('sends nothing to a receiver whose certificate does not hold', async () => {
    const receiver = await startSyslog({ tls: testCertificate() });
    const under = await sinkLog();
    await under.append(3);
    const { runner } = runSink(under, syslogSink(receiver.port, { tls: true }));
    await expect.poll(() => runner.status().error).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(receiver.messages).toEqual([]);
  });
});
