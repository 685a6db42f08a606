import { describe, expect, it } from 'vitest';
import { classifierSchema } from '../../src/classifier/classifier-config.ts';
import { createHttpClassifier } from '../../src/classifier/http-classifier.ts';
import { type ModelServer, startModel } from './model-server.ts';

function classifierOf({ url }: Pick<ModelServer, 'url'>, settings: object = {}) {
  let nowMs = 0;
  const seen: string[] = [];
  const classifier = createHttpClassifier({
    config: classifierSchema.parse({ url, ...settings }),
    authorization: 'Bearer let-me-in',
    clock: () => nowMs,
    observe: (result) => seen.push(result),
  });
  return {
    classifier,
    seen,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the classifier over HTTP', () => {
  it('gives each chunk its score, to the thousandth', async () => {
    const model = await startModel();
    model.answer((response) => response.end('{"scores":[0.12345,1],"model":"m","more":"is passed over"}'));
    const { classifier, seen } = classifierOf(model);
    expect(await classifier.classify(['one', 'two'])).toEqual({ scores: [0.123, 1], model: 'm' });
    expect(model.requests).toMatchObject([
      { chunks: ['one', 'two'], headers: { authorization: 'Bearer let-me-in' } },
    ]);
    expect(seen).toEqual(['answered']);
  });

  it.each<[string, Parameters<ModelServer['answer']>[0], string]>([
    ['an error', (response) => response.writeHead(500).end('{"scores":[0]}'), 'http_status'],
    ['another success', (response) => response.writeHead(204).end(), 'http_status'],
    [
      'a redirect',
      (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      'http_status',
    ],
    ['no JSON', (response) => response.end('fine'), 'malformed'],
    ['no scores', (response) => response.end('{}'), 'malformed'],
    ['too few scores', (response) => response.end('{"scores":[]}'), 'malformed'],
    ['too many scores', (response) => response.end('{"scores":[0,0]}'), 'malformed'],
    ['a score that is none', (response) => response.end('{"scores":[1.5]}'), 'malformed'],
    ['a score as text', (response) => response.end('{"scores":["1"]}'), 'malformed'],
    [
      'an endless answer',
      (response) => response.end(`{"scores":[0],"x":"${'x'.repeat(300_000)}"}`),
      'malformed',
    ],
    ['nothing in time', () => undefined, 'timeout'],
    ['a part in time', (response) => void response.write('{"scores":'), 'timeout'],
    ['the end of the connection', (response) => response.destroy(), 'unreachable'],
  ])('fails on %s, and says how', async (_, how, failure) => {
    const model = await startModel();
    model.answer(how);
    const { classifier, seen } = classifierOf(model, { timeout_ms: 150 });
    expect(await classifier.classify(['one'])).toEqual({ failure });
    expect(seen).toEqual([failure]);
  });

  it('leaves a model alone that failed five times in a row, and tries again after half a minute', async () => {
    const model = await startModel();
    model.answer((response) => response.writeHead(503).end());
    const { classifier, pass } = classifierOf(model);
    for (let count = 0; count < 5; count += 1) {
      expect(classifier.isOpen).toBe(false);
      expect(await classifier.classify(['x'])).toEqual({ failure: 'http_status' });
    }
    expect(classifier.isOpen).toBe(true);
    expect(await classifier.classify(['x'])).toEqual({ failure: 'circuit_open' });
    expect(model.requests).toHaveLength(5);
    pass(29_999);
    expect(await classifier.classify(['x'])).toEqual({ failure: 'circuit_open' });
    pass(1);
    const [tried, other] = await Promise.all([classifier.classify(['x']), classifier.classify(['x'])]);
    expect([tried, other]).toEqual([{ failure: 'http_status' }, { failure: 'circuit_open' }]);
    pass(30_000);
    model.answer((response) => response.end('{"scores":[0]}'));
    expect(await classifier.classify(['x'])).toEqual({ scores: [0] });
    expect(classifier.isOpen).toBe(false);
    expect(await classifier.classify(['x'])).toEqual({ scores: [0] });
  });

  it('does not ask more at once than it may', async () => {
    const model = await startModel();
    const { classifier } = classifierOf(model, { max_requests: 2 });
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => classifier.classify([text])));
    expect(answers.map(({ failure }) => failure)).toEqual([undefined, undefined, 'busy']);
    expect(await classifier.classify(['d'])).toMatchObject({ scores: [0] });
  });
});

describe('its settings', () => {
  it.each([
    ['https anywhere', { url: 'https://models.example/classify' }],
    ['http on this machine', { url: 'http://localhost:9000/' }],
    ['http on this machine, IPv6', { url: 'http://[::1]:9000/' }],
  ])('take %s', (_, settings) => {
    expect(classifierSchema.safeParse(settings).success).toBe(true);
  });

  it.each([
    ['http elsewhere', { url: 'http://models.example/' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['a password in the address', { url: 'https://a:b@models.example/' }],
    ['two authorizations', { url: 'https://m.example/', authorization_env: 'A', authorization_file: 'b' }],
    ['a variable of our own', { url: 'https://m.example/', authorization_env: 'AISECOPS_TOKEN' }],
    ['a threshold of nothing', { url: 'https://m.example/', threshold: 0 }],
    ['a setting there is not', { url: 'https://m.example/', weight: 9 }],
  ])('refuse %s', (_, settings) => {
    expect(classifierSchema.safeParse(settings).success).toBe(false);
  });
});
