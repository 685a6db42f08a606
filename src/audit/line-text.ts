/*
 * Members of a line by their bytes, without parsing it: for readers that pass over most of a log. The members of a
 * canonical line stand in the order of their names, and a quote inside a text is written with a backslash. So the first
 * place where a name stands is the member where it comes before `payload`, and the last one where it comes after.
 * What is read this way is believed as it stands; whoever must not believe it verifies the log first.
 */

const QUOTE = 0x22;

/** `"name":"` as bytes. */
export function textMember(name: string): Buffer {
  return Buffer.from(`"${name}":"`);
}

/** The text of a member before `payload`, without escapes undone; empty where there is none. */
export function textBefore(raw: Buffer, member: Buffer): string {
  return textAt(raw, raw.indexOf(member), member);
}

/** The same for a member after `payload`. */
export function textAfter(raw: Buffer, member: Buffer): string {
  return textAt(raw, raw.lastIndexOf(member), member);
}

function textAt(raw: Buffer, at: number, member: Buffer): string {
  if (at < 0) return '';
  const start = at + member.length;
  return raw.toString('latin1', start, raw.indexOf(QUOTE, start));
}
