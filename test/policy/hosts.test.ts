import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsOf, isInDomains, normalHost } from '../../src/policy/hosts.ts';

describe('hostsOf', () => {
  it.each([
    ['lee@acme.example', ['acme.example']],
    ['LEE@ACME.EXAMPLE', ['acme.example']],
    ['lee@acme.example.', ['acme.example']],
    ['lee+tag@mail.acme.example', ['mail.acme.example']],
    ['Lee <lee@evil.example>', ['evil.example']],
    ['"Doe, Lee" <lee@acme.example>', ['acme.example']],
    ['<lee@acme.example>', ['acme.example']],
    ['lee@acme.example, sam@evil.example', ['acme.example', 'evil.example']],
    ['lee@acme.example;sam@evil.example;', ['acme.example', 'evil.example']],
    ['lee@bücher.example', ['xn--bcher-kva.example']],
    ['lee@acme。example', ['acme.example']],
    ['lee@аcme.example', ['xn--cme-5cd.example']],
    ['https://acme.example/path?x=1#y', ['acme.example']],
    ['https://ACME.example:8443/', ['acme.example']],
    ['https://acme.example@evil.example/', ['evil.example']],
    ['https://lee:secret@evil.example/', ['evil.example']],
    ['//evil.example/x', ['evil.example']],
    ['https:evil.example', ['evil.example']],
    ['ftp://files.acme.example/a', ['files.acme.example']],
    ['s3://bucket.acme.example/key', ['bucket.acme.example']],
    ['https://a.example/x, https://b.example/y', ['a.example', 'b.example']],
    ['acme.example', ['acme.example']],
    ['acme.example:443', ['acme.example']],
    ['a.example b.example;c.example', ['a.example', 'b.example', 'c.example']],
    ['localhost', ['localhost']],
    ['  lee@acme.example  ', ['acme.example']],
  ])('reads %s', (text, hosts) => {
    expect(hostsOf(text)).toEqual(hosts);
  });

  it.each([
    '',
    '   ',
    ',;,',
    'alice',
    '@acme.example',
    'lee@',
    'lee@acme.example\nsam@evil.example',
    'lee@acme.example\tx',
    'lee@ac\u00adme.example',
    'lee@acme\u200b.example',
    'lee@acme.example \u202eelpmaxe.live@mas',
    'lee@good.example <sam@evil.example>',
    '"lee@good.example" <sam@evil.example>',
    '"lee@evil.example"@good.example',
    'lee@evil.example@good.example',
    'lee%evil.example@good.example',
    'evil.example!lee@good.example',
    'lee@good.example sam@evil.example',
    'lee@good.example|sam@evil.example',
    'lee@good.example (sam@evil.example)',
    'friends: lee@good.example;',
    'lee@good.example, evil.example',
    'lee@[192.0.2.1]',
    'lee@good.example>',
    '<lee@good.example',
    'mailto:lee@acme.example',
    'https://evil.example\\@acme.example/',
    'https://lee@evil.example@acme.example/',
    'https://acme.example?@evil.example/',
    'https://acme.example#@evil.example/',
    'https://acme.example/?to=https://evil.example/',
    'https://acme.example/,evil.example',
    'https://acme.example%2f.evil.example/',
    'https://acme.example:port/',
    'https:///',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://192.0.2.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://[::1]/',
    '127.0.0.1',
    'a..example',
    '.example',
    `${'a'.repeat(64)}.example`,
    'acme.example/path',
    'lee@acme,example',
  ])('does not guess at %j', (text) => {
    expect(hostsOf(text)).toHaveProperty('doubt');
  });

  it.each([
    '//acme.example/x@evil.example',
    'ftp://acme.example/x@evil.example',
    '169.254.169.254/latest/meta-data/?@x.example',
    'localhost/admin?@x.example',
    'wiki.acme.example#@news.example',
    'wiki.acme.example/ <a@b.example>',
    'evil.example/@acme.example',
    '<wiki.acme.example/@news.example>',
    'x＠evil.example，lee@acme.example',
    'x﹫evil.example﹐b@acme.example',
    '=?utf-8?q?x=40evil.example=2c?= <lee@acme.example>',
    '=?utf-8?q?x=40evil.example=3e=20?=@acme.example',
    'x&AEA-evil.example@acme.example',
    'x`id`@acme.example',
    '-oX/tmp/x@acme.example',
    'mailto://acme.example?bcc=x%40evil.example',
    'MailTo://acme.example/?cc=x%2540evil.example',
    'mailto://acme.example?to=evil.example',
    'mailto://acme.example',
    'mailto:lee%40evil.example',
    'mailto:lee@acme.example?bcc=sam@acme.example',
    'mailto:?to=lee@acme.example',
    'https://acme.example/x, mailto://acme.example?bcc=x%40evil.example',
    'sip://acme.example?to=x%40evil.example',
    'xmpp://acme.example/lee?message;to=evil',
    'smtp://mail.acme.example?bcc=evil',
    'smtp://mail.acme.example?%62cc=evil',
    'smtp://mail.acme.example#&Cc=evil',
  ])('has doubts about %s, which others read as something else', (text) => {
    expect(hostsOf(text)).toHaveProperty('doubt');
  });

  it.each([
    ['https://medium.example/@lee', 'medium.example'],
    ['https://acme.example/share?to=lee%40globex.example', 'acme.example'],
    ['s3://bucket.acme.example/a%20key?versionId=7', 'bucket.acme.example'],
    ["lee.o'neil+tag@acme.example", 'acme.example'],
    ['Lee Ann <lee@acme.example>', 'acme.example'],
  ])('still reads %s', (text, host) => {
    expect(hostsOf(text)).toEqual([host]);
  });

  it('takes no longer for many marks than their number', () => {
    const start = performance.now();
    expect(hostsOf(`https://${'?'.repeat(500_000)}`)).toHaveProperty('doubt');
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('gives hosts in normal form, or doubt, for any text, and never throws', () => {
    const pieces = fc.constantFrom(
      'a',
      'acme.example',
      'evil.example',
      '@',
      ',',
      ';',
      ' ',
      '<',
      '>',
      '"',
      '://',
      'https:',
      '/',
      '\\',
      '%',
      ':',
      '.',
      '?',
      '#',
      'а',
      '(',
      ')',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const hosts = hostsOf(text);
          if ('doubt' in hosts) return;
          expect(hosts.length).toBeGreaterThan(0);
          for (const host of hosts) expect(normalHost(host)).toBe(host);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('names every host that a plain list of addresses names, whatever else is in it', () => {
    const host = fc.constantFrom('acme.example', 'mail.acme.example', 'evil.example', 'notacme.example');
    const address = fc.tuple(fc.constantFrom('', 'Lee ', '"Doe, J" '), fc.constantFrom('lee', 'a.b+c'), host);
    fc.assert(
      fc.property(
        fc.array(address, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(', ', ';', ' ; '),
        (addresses, separator) => {
          const text = addresses.map(([name, local, at]) =>
            name === '' ? `${local}@${at}` : `${name}<${local}@${at}>`,
          );
          expect(hostsOf(text.join(separator))).toEqual(addresses.map(([, , at]) => at));
        },
      ),
    );
  });

  it('does not hang on hostile texts', () => {
    const units = ['<', '"', '@', 'a@a.example,', '://', '.', ':1', '#@', 'https://a.example '];
    for (const unit of units) expect(hostsOf(unit.repeat(100_000))).toHaveProperty('doubt');
  }, 5000);
});

describe('isInDomains', () => {
  const domains = new Set(['acme.example', 'b.test']);
  it.each([
    ['acme.example', true],
    ['x.acme.example', true],
    ['x.y.acme.example', true],
    ['notacme.example', false],
    ['acme.example.evil.example', false],
    ['example', false],
    ['b.test', true],
  ])('%s: %s', (host, inside) => {
    expect(isInDomains(host, domains)).toBe(inside);
  });

  it('agrees with looking at every domain', () => {
    const label = fc.constantFrom('a', 'acme', 'notacme', 'example', 'b', 'test');
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(name, fc.array(name), (host, listed) => {
        const naive = listed.some((domain) => host === domain || host.endsWith(`.${domain}`));
        expect(isInDomains(host, new Set(listed))).toBe(naive);
      }),
    );
  });
});
