import { beginningsOf, eachBeginning } from '../beginnings.ts';
import { CORE_WORDS, reversed } from './ciphers.ts';

/** What a folded text shows of ways to write it that are rare, so that nobody has to look for them one by one. */
export type Signs = { isBackwards: boolean; isSpelled: boolean };

/** Words of the spelling alphabet of radio, one of which stands in nearly all that is spelled with it. */
const SPELLING_WORDS = 'india echo alfa alpha oscar november romeo tango sierra'.split(' ');
const SIGNS = beginningsOf<keyof Signs>([
  ...CORE_WORDS.map((word) => ({ literal: reversed(word), row: 'isBackwards' }) as const),
  ...SPELLING_WORDS.map((literal) => ({ literal, row: 'isSpelled' }) as const),
]);

export function signsIn(folded: string): Signs {
  const signs = { isBackwards: false, isSpelled: false };
  eachBeginning(folded, SIGNS, (sign) => {
    signs[sign] = true;
  });
  return signs;
}
