import { describe, expect, it } from 'vitest';
import { type SinkConfig, sinksSchema } from '../../src/sinks/sink-config.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import { runSink, sinkLog } from './sink-log.ts';

type LogRecord = {
  timeUnixNano: string;
  severityNumber: number;
  eventName: string;
  body: { stringValue: string };
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
};

function otlpSink(url: string, more: object = {}): SinkConfig {
  const [sink] = sinksSchema.parse([
    { name: 'otel', kind: 'otlp', url, retry_first_ms: 10, retry_max_ms: 40, timeout_ms: 400, ...more },
  ]);
  if (sink === undefined) throw new Error('no sink');
  return sink;
}

/** The records of an export, read as a collector reads its JSON. */
function recordsIn({ body }: Pick<Received, 'body'>): LogRecord[] {
  const { resourceLogs } = JSON.parse(body.toString('utf8'));
  return resourceLogs.flatMap(({ scopeLogs }: { scopeLogs: { logRecords: LogRecord[] }[] }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords),
  );
}

function attributesOf({ attributes }: LogRecord): Record<string, string | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}

function bodiesIn(receiver: Receiver): string[] {
  return receiver.requests.flatMap(recordsIn).map(({ body }) => body.stringValue);
}

describe('an OTLP sink', () => {
  it('exports every line as the body of a log record, with its names as attributes', async () => {
    const [under, collector] = [await sinkLog(), await startReceiver()];
    collector.react = () => ({ status: 200, body: '{"partialSuccess":{}}' });
    await under.append(10);
    runSink(under, otlpSink(collector.url));
    await expect.poll(() => bodiesIn(collector)).toEqual(under.lines());
    expect(collector.requests[0]?.headers['content-type']).toBe('application/json');
    for (const record of collector.requests.flatMap(recordsIn)) {
      const event = JSON.parse(record.body.stringValue);
      expect(record).toMatchObject({
        timeUnixNano: `${Date.parse(event.timestamp)}000000`,
        eventName: `aisecops.${event.event_type}`,
        severityNumber: event.decision === 'block' ? 13 : 9,
      });
      expect(attributesOf(record)).toMatchObject({
        'aisecops.event_id': event.event_id,
        'aisecops.sequence': String(event.sequence),
        'aisecops.hash': event.hash,
        ...(event.trace_id === undefined ? {} : { 'aisecops.trace_id': event.trace_id }),
        ...(event.agent_id === undefined ? {} : { 'gen_ai.agent.id': event.agent_id }),
      });
    }
    const [{ resource }] = JSON.parse(`${collector.requests[0]?.body}`).resourceLogs;
    expect(attributesOf(resource)).toMatchObject({
      'service.name': 'aisecops-interceptor',
      'service.instance.id': under.log.origin,
    });
  });

  it.each([429, 502, 503, 504])('waits where the collector says %i', async (status) => {
    const [under, collector] = [await sinkLog(), await startReceiver()];
    collector.react = () => ({ status: collector.requests.length < 3 ? status : 200 });
    const { runner } = runSink(under, otlpSink(collector.url));
    await expect.poll(() => runner.status().delivered).toBe(under.lines().length);
    expect(runner.letters()).toEqual([]);
  });

  it('finds the record that a collector rejected among those it took', async () => {
    const [under, collector] = [await sinkLog(), await startReceiver()];
    await under.append(12);
    collector.react = (request) => {
      const rejectedLogRecords = recordsIn(request).filter(({ body }) =>
        body.stringValue.includes('because 5"'),
      );
      const partialSuccess = {
        rejectedLogRecords: String(rejectedLogRecords.length),
        errorMessage: 'no fives',
      };
      return { status: 200, body: JSON.stringify({ partialSuccess }) };
    };
    const { runner } = runSink(under, otlpSink(collector.url));
    await expect.poll(() => runner.status().next_sequence).toBe(under.lines().length);
    const expected = under.lines().filter((line) => line.includes('because 5"'));
    expect(expected.length).toBeGreaterThan(0);
    expect(runner.letters().map(({ sequence }) => sequence)).toEqual(
      expected.map((line) => JSON.parse(line).sequence),
    );
    expect(new Set(bodiesIn(collector))).toEqual(new Set(under.lines()));
  });

  it('takes an answer of another form for what its status says', async () => {
    const [under, collector] = [await sinkLog(), await startReceiver()];
    collector.react = () => ({ status: 200, body: '<html>thank you</html>' });
    const { runner } = runSink(under, otlpSink(collector.url));
    await expect.poll(() => runner.status().delivered).toBe(1);
  });
});
