/** Seen by nobody: control and format characters, ends of lines, and what a reader is free to leave out. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;
const HAS_UNSEEN = new RegExp(UNSEEN.source, 'u');
/** Unseen, and yet a space between two words to some. */
const LINE_OR_TAB = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]/gu;

/** Whether a text holds something that nobody sees. */
export function hasUnseen(text: string): boolean {
  return HAS_UNSEEN.test(text);
}

/** A text without what nobody sees. A letter and its mark come together again where something stood between them. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, '').normalize('NFKC');
}

/** A text with a space for each end of a line and each tab. */
export function withSpaces(text: string): string {
  return text.replaceAll(LINE_OR_TAB, ' ');
}
