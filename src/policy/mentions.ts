import { hasUnseen, withoutUnseen, withSpaces } from './unseen.ts';

/** A text as it stands, without what is unseen, and with ends of lines and tabs as spaces, of which several are one. */
type Readings = { plain: string; bare: string; spaced: string };

/**
 * Tells whether a text holds one of the parts. Upper and lower case, full-width and other compatibility forms of a letter
 * count as the letter. What nobody sees counts as not there; the end of a line and a tab count as not there and as a space, and
 * several spaces as one. A part in which nothing can be seen is looked for as it stands.
 */
export function mentionsOf(parts: readonly string[]): (text: string) => boolean {
  const wanted = parts.map(readingsOf);
  return (text) => {
    const seen = readingsOf(text);
    return wanted.some((part) => holds(seen, part));
  };
}

/** Whether every text that holds `part` surely holds `other`. */
export function mentionCovers(part: string, other: string): boolean {
  const [given, wanted] = [readingsOf(part), readingsOf(other)];
  // Each reading for itself: a letter may come together with a mark that is another letter's in the text.
  const isWithin = (['plain', 'bare', 'spaced'] as const).every((one) => given[one].includes(wanted[one]));
  return wanted.bare !== '' && isWithin;
}

function holds(seen: Readings, part: Readings): boolean {
  if (seen.plain.includes(part.plain)) return true;
  return part.bare !== '' && (seen.bare.includes(part.bare) || seen.spaced.includes(part.spaced));
}

function readingsOf(text: string): Readings {
  const plain = text.normalize('NFKC').toLowerCase();
  if (!hasUnseen(plain)) return { plain, bare: plain, spaced: singleSpaced(plain) };
  return { plain, bare: withoutUnseen(plain), spaced: singleSpaced(withoutUnseen(withSpaces(plain))) };
}

function singleSpaced(text: string): string {
  return text.replaceAll(/\s{2,}/g, ' ');
}
