/** Seen by nobody: control and format characters, ends of lines, and what a reader is free to leave out. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;
const HAS_UNSEEN = new RegExp(UNSEEN.source, 'u');
/** Unseen, and yet a space between two words to some. */
const LINE_OR_TAB = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]/gu;

/** A text as it stands, without what is unseen, and with ends of lines and tabs as spaces. */
type Readings = { plain: string; bare: string; spaced: string };

/**
 * Tells whether a text holds one of the parts. Upper and lower case, full-width and other compatibility forms of a letter
 * count as the letter. What nobody sees counts as not there; the end of a line and a tab count as not there and as a space. A
 * part in which nothing can be seen is looked for as it stands.
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
  const wanted = readingsOf(other);
  return wanted.bare !== '' && readingsOf(part).plain.includes(wanted.plain);
}

function holds(seen: Readings, part: Readings): boolean {
  if (seen.plain.includes(part.plain)) return true;
  return part.bare !== '' && (seen.bare.includes(part.bare) || seen.spaced.includes(part.spaced));
}

function readingsOf(text: string): Readings {
  const plain = text.normalize('NFKC').toLowerCase();
  if (!HAS_UNSEEN.test(plain)) return { plain, bare: plain, spaced: plain };
  return { plain, bare: withoutUnseen(plain), spaced: withoutUnseen(plain.replaceAll(LINE_OR_TAB, ' ')) };
}

/** A letter and its mark come together again where something stood between them. */
function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, '').normalize('NFKC');
}
