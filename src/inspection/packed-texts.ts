import { DIRECTIONS } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import type { PackedTexts } from './wire.ts';

type Text = Pick<PlanText, 'direction' | 'text'>;

export function packed(texts: readonly Text[]): PackedTexts {
  const ends = new Uint32Array(texts.length);
  const directions = new Uint8Array(texts.length);
  let end = 0;
  for (const [at, { direction, text }] of texts.entries()) {
    end += text.length;
    ends[at] = end;
    directions[at] = DIRECTIONS.indexOf(direction);
  }
  return { text: texts.map(({ text }) => text).join(''), ends, directions };
}

/** The texts that `packed` was given. */
export function unpacked({ text, ends, directions }: PackedTexts): Text[] {
  let start = 0;
  return Array.from(ends, (end, at) => {
    const one = { direction: DIRECTIONS[directions[at] ?? 0] ?? 'input', text: text.slice(start, end) };
    start = end;
    return one;
  });
}
