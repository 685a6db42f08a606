import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, sinkTargets } from '../../src/config.ts';
import { KEY, SECRET } from './sink-log.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aisecops-sink-config-'));
  process.env['TEST_SINK_SECRET'] = SECRET;
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
  delete process.env['TEST_SINK_SECRET'];
});

const WEBHOOK = {
  name: 'security',
  kind: 'webhook',
  url: 'https://siem.example/ingest',
  secret_env: 'TEST_SINK_SECRET',
};

const SYSLOG = { name: 'siem', kind: 'syslog', host: 'siem.example' };

function targetsOf(sinks: unknown) {
  writeFileSync(join(directory, 'aisecops.yaml'), JSON.stringify({ sinks }));
  return sinkTargets(readConfig({ argv: [], env: {}, directory }).sinks);
}

describe('the sinks of a configuration', () => {
  it('have defaults, and the keys that their variable holds', () => {
    const [target] = targetsOf([WEBHOOK]);
    expect(target?.sink).toMatchObject({ from: 'beginning', batch_events: 100, max_dead_letters: 1_000 });
    expect(target?.secrets).toEqual({ keys: [KEY] });
  });

  it('have the secrets of files, several keys while one takes the place of another', () => {
    const other = Buffer.alloc(32, 7);
    writeFileSync(join(directory, 'secret'), `${SECRET}\nwhsec_${other.toString('base64')}\n`);
    writeFileSync(join(directory, 'token'), 'Bearer abc\n');
    const [target] = targetsOf([
      {
        ...WEBHOOK,
        secret_env: undefined,
        secret_file: join(directory, 'secret'),
        authorization_file: join(directory, 'token'),
      },
    ]);
    expect(target?.secrets).toEqual({ keys: [KEY, other], authorization: 'Bearer abc' });
  });

  it('can stand in a variable', () => {
    const env = { AISECOPS_SINKS: JSON.stringify([WEBHOOK]) };
    expect(readConfig({ argv: [], env, directory }).sinks).toMatchObject([WEBHOOK]);
  });

  it.each<[string, object | string, string]>([
    ['no list', 'siem', 'sinks (AISECOPS_SINKS): Invalid input: expected array, received string'],
    ['an unknown kind', [{ ...WEBHOOK, kind: 'kafka' }], '0.kind: '],
    ['an unknown member', [{ ...WEBHOOK, secret: SECRET }], '0.secret: is not a setting'],
    [
      'http to elsewhere',
      [{ ...WEBHOOK, url: 'http://siem.example/' }],
      '0.url: would send evidence in clear',
    ],
    [
      'a host that only looks like loopback',
      [{ ...WEBHOOK, url: 'http://127.0.0.1.example/' }],
      '0.url: would',
    ],
    ['another scheme', [{ ...WEBHOOK, url: 'ftp://siem.example/' }], '0.url: must be an http or https URL'],
    [
      'a password in the address',
      [{ ...WEBHOOK, url: 'https://u:p@siem.example/' }],
      '0.url: must hold no user',
    ],
    ['no secret', [{ ...WEBHOOK, secret_env: undefined }], '0.secret_env: a webhook needs secret_env or'],
    ['two secrets', [{ ...WEBHOOK, secret_file: 'x' }], '0.secret_env: a webhook needs secret_env or'],
    [
      'a variable of our own',
      [{ ...WEBHOOK, secret_env: 'AISECOPS_X' }],
      '0.secret_env: must not begin with',
    ],
    ['two of one name', [WEBHOOK, WEBHOOK], 'two sinks have one name'],
    ['a name that is a path', [{ ...WEBHOOK, name: '../x' }], '0.name: must be 1 to 32'],
    [
      'an event type there is not',
      [{ ...WEBHOOK, event_types: ['desision_made'] }],
      '0.event_types.0: is no event',
    ],
    ['no event type', [{ ...WEBHOOK, event_types: [] }], '0.event_types: '],
    [
      'a variable that is not set',
      [{ ...WEBHOOK, secret_env: 'NOT_SET' }],
      'security: secret_env: the environment',
    ],
    [
      'a file that is not there',
      [{ ...WEBHOOK, secret_env: undefined, secret_file: '/no/x' }],
      'secret_file cannot',
    ],
    [
      'a secret of another form',
      [{ ...WEBHOOK, secret_env: 'PATH' }],
      'the secret must be whsec_ and base64',
    ],
    ['syslog in clear to elsewhere', [{ ...SYSLOG, tls: false }], '0.tls: evidence would go in clear'],
    ['a host that is none', [{ ...SYSLOG, host: 'siem.example/x' }], '0.host: must be a name or an address'],
    ['a format there is not', [{ ...SYSLOG, format: 'xml' }], '0.format: '],
    ['a secret that its kind has not', [{ ...SYSLOG, secret_env: 'X' }], '0.secret_env: is not a setting'],
  ])('with %s stop the start, by name and reason', (_name, sinks, message) => {
    expect(() => targetsOf(sinks)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
    expect(() => targetsOf(sinks)).toThrow(message);
    expect(() => targetsOf(sinks)).not.toThrow(SECRET);
  });

  it('may go in clear where somebody said so', () => {
    const sinks = [{ ...WEBHOOK, url: 'http://siem.example/', allow_http: true }];
    const plain = { ...SYSLOG, tls: false, allow_plain: true };
    expect(targetsOf([...sinks, plain])).toHaveLength(2);
    expect(
      targetsOf([
        { ...SYSLOG, host: '::1', tls: false },
        { ...SYSLOG, name: 'b' },
      ]),
    ).toHaveLength(2);
  });
});
