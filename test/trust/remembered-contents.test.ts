import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrustLevel } from '../../src/plan/trust-level.ts';
import { REMEMBERED_CONTENTS, RememberedContents } from '../../src/trust/remembered-contents.ts';

const empty = () => RememberedContents.open({ rememberedContents: async () => [] });
const LEVELS = ['external', 'unverified'] as const;

type Note = { tenant: string; content_hash: string; trust_level: TrustLevel };
const NEVER_NOTED: Note = { tenant: 'acme', content_hash: 'never', trust_level: 'external' };

function leastOf(tenant: string, hash: string, notes: readonly Note[]): TrustLevel | undefined {
  const levels = notes
    .filter((one) => one.tenant === tenant && one.content_hash === hash)
    .map((one) => one.trust_level);
  return levels.includes('unverified') ? 'unverified' : levels[0];
}

function isNews(note: Note, before: readonly Note[]): boolean {
  return (
    leastOf(note.tenant, note.content_hash, [...before, note]) !==
    leastOf(note.tenant, note.content_hash, before)
  );
}

describe('RememberedContents', () => {
  it('knows the least of everything that was noted in a tenant, and says what is new', async () => {
    const note = fc.record({
      tenant: fc.constantFrom('acme', 'globex'),
      content_hash: fc.constantFrom('a', 'b', 'c'),
      trust_level: fc.constantFrom(...LEVELS),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(note), async (notes) => {
        const contents = await empty();
        const said = notes.map(({ tenant, ...content }) => contents.note(tenant, [content]).length);
        expect(said).toEqual(notes.map((one, index) => (isNews(one, notes.slice(0, index)) ? 1 : 0)));
        for (const { tenant, content_hash } of [...notes, NEVER_NOTED])
          expect(contents.levelOf(tenant, content_hash)).toBe(leastOf(tenant, content_hash, notes));
      }),
    );
  });

  it('keeps the newest of a tenant, and forgets none of another for them', async () => {
    const contents = await empty();
    const of = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        content_hash: `h${index}`,
        trust_level: 'external' as const,
      }));
    contents.note('globex', of(10));
    contents.note('acme', of(REMEMBERED_CONTENTS + 5));
    expect(contents.levelOf('acme', 'h4')).toBeUndefined();
    expect(contents.levelOf('acme', 'h5')).toBe('external');
    expect(contents.levelOf('globex', 'h0')).toBe('external');
    expect(contents.levelOf(undefined, 'h0')).toBeUndefined();
  });
});
