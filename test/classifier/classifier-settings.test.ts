import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { classifierAuthorization, readConfig } from '../../src/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisecops-classifier-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const configOf = (settings: string) =>
  readConfig({ argv: [], env: { AISECOPS_CLASSIFIER: settings }, directory }).classifier;

describe('the setting classifier', () => {
  it('is off unless it is given', () => {
    expect(readConfig({ argv: [], env: {}, directory }).classifier).toBeUndefined();
  });

  it('is JSON or YAML in a variable', () => {
    for (const text of ['{"url":"http://127.0.0.1:9000/"}', 'url: http://127.0.0.1:9000/'])
      expect(configOf(text)).toMatchObject({
        url: 'http://127.0.0.1:9000/',
        on_failure: 'ignore',
        threshold: 0.9,
      });
  });

  it.each(['{"url":"http://models.example/"}', '[]', '{}', 'nonsense', ''])(
    'refuses %s by its name',
    (text) => {
      expect(() => configOf(text)).toThrow(/^classifier \(AISECOPS_CLASSIFIER\): /);
    },
  );

  it('has its authorization in a file, in one line', () => {
    const file = join(directory, 'token');
    const config = configOf(JSON.stringify({ url: 'https://m.example/', authorization_file: file }));
    if (config === undefined) throw new Error('there is one');
    expect(() => classifierAuthorization(config)).toThrow(/^classifier: authorization_file cannot be read: /);
    writeFileSync(file, 'Bearer x\n');
    expect(classifierAuthorization(config)).toBe('Bearer x');
    writeFileSync(file, 'Bearer x\ny: z');
    expect(() => classifierAuthorization(config)).toThrow(/one line of visible ASCII/);
  });
});
