import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../src/classifier/chunks.ts';
import { createGuard } from '../../src/guard/guard.ts';

const ALL = 1_000_000;
const of = (text: string, limit = ALL) => chunksOf([{ pointer: '/prompt', text, redactions: [] }], limit);

describe('chunksOf', () => {
  it('are sentences, folded', () => {
    const { chunks, partial } = of(
      'Please read the contract C-7. Ｔｈｅｎ tell me what it says about renewal!\nThanks.',
    );
    expect(chunks.map(({ text }) => text)).toEqual([
      'please read the contract c-7.',
      'then tell me what it says about renewal!',
      'thanks.',
    ]);
    expect(partial).toBe(false);
  });

  it('cover every text, in order, each part once', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'grapheme' }),
            fc.constantFrom('. ', '!\n', '。', 'word ', 'x'.repeat(1_500)),
          ),
        ),
        (parts) => {
          const text = parts.join('');
          const { chunks } = of(text);
          const seen = chunks.map(({ start, end }) => text.slice(start, end));
          // What is left out folds to nothing.
          let from = 0;
          for (const { start, end } of chunks) {
            expect(start).toBeGreaterThanOrEqual(from);
            expect(end - start).toBeLessThanOrEqual(1_000);
            expect(of(text.slice(from, start)).chunks).toEqual([]);
            from = end;
          }
          expect(of(text.slice(from)).chunks).toEqual([]);
          expect(seen.every((part) => part.length > 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('say that there was more than was asked about', () => {
    const text = 'This is a sentence of its own. '.repeat(10);
    expect(of(text, 10)).toMatchObject({ partial: false });
    expect(of(text, 9)).toMatchObject({ partial: true, chunks: { length: 9 } });
    expect(of('x'.repeat(262_145)).partial).toBe(true);
  });

  it('hold no secret', () => {
    const guard = createGuard();
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    const text = `Use the token ${secret} for the release. It is valid until Friday.`;
    const { chunks } = chunksOf([{ pointer: '/prompt', text, redactions: guard.secrets(text) }], ALL);
    const sent = chunks.map((chunk) => chunk.text).join('\n');
    expect(guard.secrets(text)).toHaveLength(1);
    expect(sent).not.toContain(secret.slice(4));
    expect(sent).toMatch(/^use the token \[.+\] for the release\./);
  });

  it('are made in linear time, whatever the text', () => {
    const cost = (text: string) => {
      const before = process.cpuUsage();
      for (let run = 0; run < 5; run += 1) of(text);
      return process.cpuUsage(before).user;
    };
    const shapes = ['.', '. ', '"', '."\'', '。', '\n', 'a ', '[!'];
    for (const shape of shapes) {
      const [short, long] = [shape.repeat(20_000 / shape.length), shape.repeat(200_000 / shape.length)];
      cost(short);
      expect(cost(long)).toBeLessThan(Math.max(40 * cost(short), 400_000));
    }
  });
});
