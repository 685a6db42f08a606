import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentAbuse } from '../../src/guard/arguments/argument-abuse.ts';
import { ARGUMENT_RULES } from '../../src/guard/arguments/argument-rules.ts';
import { isInternalHost } from '../../src/guard/arguments/internal-address.ts';

const rows = ARGUMENT_RULES.flatMap((rule) => [
  ...rule.hits.map((text) => ({ id: rule.id, text, isHit: true })),
  ...rule.misses.map((text) => ({ id: rule.id, text, isHit: false })),
]);

describe('argument rules', () => {
  it.each(rows.filter((row) => row.isHit))('$id hits: $text', ({ id, text }) => {
    expect(argumentAbuse(text).map((abuse) => abuse.id)).toContain(id);
  });

  it.each(rows.filter((row) => !row.isHit))('nothing hits: $text', ({ text }) => {
    expect(argumentAbuse(text)).toEqual([]);
  });

  it('bounds every quantifier', () => {
    for (const { id, pattern } of ARGUMENT_RULES) {
      const bare = pattern.source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      expect({ id, unbounded: bare.match(/[*+]|\{\d+,\}/g) }).toEqual({ id, unbounded: null });
    }
  });

  it.each([
    'Dear Ann, thanks for the offer; please call me & Bob (or Eve) back.',
    'SELECT name FROM users WHERE id = 1 OR parent = 1',
    'git log --oneline | head -5',
    '{"path": "src/index.ts", "line": 12}',
    'https://example.com/a?b=c&d=e#f',
    '../sibling/file.txt',
    "It's 5 o'clock -- time for tea",
    '100% of 50; that is 50',
  ])('leaves alone: %s', (text) => {
    expect(argumentAbuse(text)).toEqual([]);
  });

  it('sees abuse behind percent escapes, as the whole text', () => {
    const text = 'name=1%27%20or%20%271%27%3D%271';
    expect(argumentAbuse(text)).toMatchObject([{ id: 'sql.always_true', start: 0, end: text.length }]);
  });

  it('judges every string of JSON as a value, at its place, and JSON inside a string too', () => {
    const text = '{"host": "8.8.8.8", "q": "main; sleep 10 #"}';
    expect(argumentAbuse(text)).toMatchObject([
      { id: 'shell.word_then_command', start: text.indexOf('main'), end: text.indexOf('main') + 13 },
    ]);
    expect(argumentAbuse(JSON.stringify({ body: text }))).toMatchObject([{ id: 'shell.word_then_command' }]);
    expect(argumentAbuse('{"body": "Hi Ann,\\n\\nthe report.\\nCc: Bob\\n\\nBest"}')).toEqual([]);
  });

  it('sees abuse behind the pluses of a form', () => {
    expect(argumentAbuse("'+or+1=1--")).toMatchObject([{ category: 'sql_injection', start: 0, end: 10 }]);
  });

  it('takes a text of very many strings, or very deep, as it is written', () => {
    const many = JSON.stringify(Array.from({ length: 20_000 }, () => 'ab'));
    expect(argumentAbuse(many)).toEqual([]);
    expect(argumentAbuse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toEqual([]);
  });

  it('keeps every span inside the text', () => {
    const hostile = fc.array(fc.oneof(fc.constantFrom(...rows.map((row) => row.text)), fc.string()), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = parts.join(' ');
        for (const { start, end } of argumentAbuse(text)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('internal addresses', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost:8080/admin',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://10.1.2.3:99/x',
    'http://192.168.0.1',
    'http://user:pw@172.16.4.5/',
    'http://evil.example@127.0.0.1/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://0.0.0.0/',
    'http://127.0.0.1.nip.io/',
    'http://LOCALHOST./',
    'file:///etc/hosts',
    'gopher://example.com:70/_x',
    'dict://x:11211/stat',
  ])('finds %s', (text) => {
    expect(argumentAbuse(`fetch ${text}`).some((abuse) => abuse.id.startsWith('ssrf.'))).toBe(true);
  });

  it.each([
    'https://example.com/',
    'http://8.8.8.8/',
    'http://172.32.0.1/',
    'http://100.128.0.1/',
    'https://[2606:4700::1111]/',
    'https://10.example.com/',
    'https://localhost.example.com/',
    'ftp://files.example.com/a',
    'http://1.2.3.4.5/',
  ])('leaves %s alone', (text) => {
    expect(argumentAbuse(`fetch ${text}`)).toEqual([]);
  });

  it('reads every number form as the WHATWG parser does', () => {
    const forms = [
      (address: number) => String(address),
      (address: number) => `0x${address.toString(16)}`,
      (address: number) => `0${address.toString(8)}`,
      (address: number) => `${address >>> 24}.${address & 0xffffff}`,
      (address: number) =>
        `0x${(address >>> 24).toString(16)}.0${((address >>> 16) & 255).toString(8)}.${address & 0xffff}`,
    ];
    const inward = fc.constantFrom(
      0x7f000001,
      0x0a000001,
      0xa9fea9fe,
      0xac100001,
      0xc0a80101,
      0xac1fffff,
      0xac200000,
    );
    fc.assert(
      fc.property(fc.oneof(inward, fc.nat(0xffffffff)), fc.constantFrom(...forms), (address, form) => {
        const { hostname } = new URL(`http://${form(address)}/`);
        expect(isInternalHost(form(address))).toBe(isInternalHost(hostname));
        const [first = 0, second = 0, third = 0] = hostname.split('.').map(Number);
        const isInward =
          [0, 10, 127].includes(first) ||
          hostname === '255.255.255.255' ||
          (first === 100 && second >= 64 && second < 128) ||
          (first === 169 && second === 254) ||
          (first === 172 && second >= 16 && second < 32) ||
          (first === 192 && second === 168) ||
          (first === 192 && second === 0 && third === 0) ||
          (first === 198 && (second === 18 || second === 19));
        expect(isInternalHost(hostname)).toBe(isInward);
      }),
      { numRuns: 2000 },
    );
  });
});
