import type { Span } from './views/view.ts';

/** How far to each side of a hit a sign of mention is looked for, in UTF-16 code units. */
const REACH = 160;

const OPENING_QUOTES = '“„«‹「『‘';
const CLOSING_QUOTES = '”“»›」』’';
const CUE =
  /(?:for example|e\.g\.|such as|for instance|phrases? like|prompts? like|messages? like|words like|something like|examples?:|payloads?:|zum beispiel|par exemple|por ejemplo)[^\n]{0,40}$/i;
const LIST_OR_TABLE = /(?:^|\n)\s{0,8}(?:\||>)[^\n]{0,160}$/;

/** How a phrase stands in a text: said, shown among other words, or shown on its own between quotation marks. */
export type Mention = 'said' | 'shown' | 'named';

/** A value of a member of a JSON object, up to here: its quotation mark is how JSON writes a text, and quotes nothing. */
const JSON_VALUE = /"[^"\\\n]{1,80}"\s{0,4}:\s{0,4}"(?:[^"\\\n]|\\.){0,160}$/;

const QUOTE_BEFORE = /["'`“„«‹「『‘][\s([{]{0,2}$/;
const QUOTE_AFTER = /^[\s.,;:!?…)\]}\\]{0,3}["'`”“»›」』’]/;

/**
 * Tells a phrase that is said from one that is shown: inside quotation marks, a code span, a fence, a quoted line, a
 * table cell, or after a cue such as "for example"; `named` where the quotation marks hold nothing else. Looks at
 * the shape of the text around it, within 160 characters to each side, and for fences from the beginning.
 */
export function mentionOf(text: string, { start, end }: Span): Mention {
  const before = text.slice(Math.max(0, start - REACH), start);
  const after = text.slice(end, end + REACH);
  const isWhole = before.trim().length <= 1 && after.trim().length <= 2;
  if (isJson(text) && JSON_VALUE.test(before)) return CUE.test(before) ? 'shown' : 'said';
  if (QUOTE_BEFORE.test(before) && QUOTE_AFTER.test(after) && !isWhole) return 'named';
  const isShown =
    isBetweenQuotes(before, after) || CUE.test(before) || LIST_OR_TABLE.test(before) || isFenced(text, start);
  return isShown ? 'shown' : 'said';
}

/** Whether a text has the shape of one JSON object or list, as tools answer with. */
function isJson(text: string): boolean {
  const [first, last] = [text.trimStart()[0], text.trimEnd().at(-1)];
  return (first === '{' && last === '}') || (first === '[' && last === ']');
}

function isBetweenQuotes(before: string, after: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (count(line, '"') % 2 === 1 && after.includes('"')) return true;
  if (count(line, '`') % 2 === 1 && after.includes('`')) return true;
  if (/(?:^|[\s(:,=[{])'[^']{0,80}$/.test(line) && after.includes("'")) return true;
  const opened = Math.max(...Array.from(OPENING_QUOTES, (quote) => line.lastIndexOf(quote)));
  if (opened < 0) return false;
  const closed = Math.max(...Array.from(CLOSING_QUOTES, (quote) => line.lastIndexOf(quote)));
  return closed <= opened && Array.from(CLOSING_QUOTES).some((quote) => after.includes(quote));
}

function isFenced(text: string, start: number): boolean {
  let fences = 0;
  for (
    let at = text.indexOf('```');
    at >= 0 && at < start && fences < 1000;
    at = text.indexOf('```', at + 3)
  ) {
    fences += 1;
  }
  return fences % 2 === 1;
}

function count(text: string, unit: string): number {
  let found = 0;
  for (let at = text.indexOf(unit); at >= 0; at = text.indexOf(unit, at + 1)) found += 1;
  return found;
}

const TRADE_WORDS =
  /prompt.injection|injections?\b|jailbreak(?:s|ing)\b|attack(?:er|s)?\b|adversar\w{2,5}|vulnerab\w{3,7}|exploit\w{0,6}|payloads?\b|malicious|mitigat\w{1,5}|guardrails?|red.team\w{0,3}|owasp|llm01|detect(?:s|or|ion|ing|ed)?\b|saniti[sz]\w{1,5}|threats?\b|untrusted|phishing|security|classifier|bypass(?:es|ing)\b|defen[cs]e|researchers?\b|vendors?\b|patched\b|proof.of.concept|cve-\d/g;

/** How many different words of the security trade a folded text uses: articles about attacks use many. */
export function tradeWords(folded: string): number {
  return new Set(folded.match(TRADE_WORDS)).size;
}
