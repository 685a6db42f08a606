import type { ReadForm } from './begun-form.ts';
import { type Telling, tellingOf } from './key-names.ts';
import { changesOf, isKey, isPassword, type Written } from './secret-value.ts';

/** How far a name goes on before and behind what it is known by. */
const NAME_BEFORE = 40;
const NAME_UNIT = /[\w.-]/;
const NAME_REST = /[\w.-]{0,60}/y;
/** What may stand right behind a name of something that has a value. */
const MAY_GO_ON = /[\s"'`)\]=:?!+.,>[|\\-]/;

const QUOTE = '["\'`]';
/** How values are joined to names. A value stands at the end of what matches. */
const JOINS: readonly { pattern: RegExp; written: Written | 'listed' | 'spoken'; needs?: RegExp }[] = [
  {
    // "name": "TOKEN", "value": …
    pattern: /["'`]?[,\s/>]{1,60}["'<]?(?:default_?)?value["']?\s{0,20}(?:[:=>]\s{0,4})/iy,
    written: 'setting',
  },
  {
    // name = …, name := …, "name": …, name => …, char name[25] = …
    pattern:
      /["'`]?\]?(?:\[\d{0,4}\])?\)?(?:[ \t]{0,2}:?[ \t](?:string|String|str|text))?[ \t]{0,20}(?:[=!]==?|=>|:{0,3}=|[?+.!|]=|:(?![:=]))[ \t]{0,20}(?:\\?\r?\n[ \t]{0,40}(?=["']))?/y,
    written: 'bare',
  },
  // variable "name" { default = … }
  { pattern: /"?\s{0,3}\{[^{}=]{0,60}?default\s{0,3}=\s{0,3}/y, written: 'setting' },
  // <name>…</name>
  { pattern: />\s{0,60}/y, written: 'setting', needs: /<$/ },
  // ("name", "…")
  { pattern: /["'`]\s{0,2},\s{0,3}(?=["'`])/y, written: 'listed', needs: /["'`]$/ },
  // --name …
  { pattern: /[ =]{1,2}/y, written: 'bare', needs: /(?<![\w-])--?$/ },
  // name "…"
  { pattern: /["']?[ \t]{1,4}(?=["'])/y, written: 'listed' },
  // the access token …
  { pattern: /["'`]?(?: (?:is|was))?:? {1,3}(?=[\w.-]{20})/y, written: 'spoken' },
  // ENV NAME …
  { pattern: /[ \t]{1,4}/y, written: 'bare', needs: /(?:^|\n)[ \t]*(?:ENV|ARG|SetEnv)[ \t]{1,4}$/ },
  // the password for … is …
  { pattern: /["'`]?(?: [\w"'-]{1,30}){0,5} (?:is|was)(?: set)?(?: to)?:? {1,2}/iy, written: 'bare' },
];
/** Also a quoted text in quotes. */
const QUOTED = /@?(?:'(?="))?(["'`])/y;
/** What goes on for longer is no value. */
const BARE = /[^\s"'`,;<]{1,300}(?![^\s"'`,;<])/y;
/** What closes around a value without quotes is not part of it. */
const CLOSING = /[)\]}>.,:|\\]+$/;
const COMPARED = new RegExp(`(${QUOTE})([^"'\`\\n]{3,200})\\1\\s{0,3}[=!]==?\\s{0,3}$`);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const HEADER = /(?:-H|--header)[ =]{0,3}["']$/;
const SETTING_LINE = /(?:^|[\n;?&]|export |set |-e |-D|--env[ =])[ \t#]{0,8}$/i;

/**
 * Reads what has a name that is known by what begins at a place (`password`, `token`, `key`): in a program, a setting, JSON,
 * YAML, XML, a command line or a sentence. `end` is where the name ends, so that it is read once.
 */
export function readAssignment(text: string, at: number): ReadForm {
  const start = nameStart(text, at);
  NAME_REST.lastIndex = at;
  const end = at + (NAME_REST.exec(text)?.[0].length ?? 0);
  const nameEnd = endOfName(text, at, end);
  if (nameEnd < text.length && !MAY_GO_ON.test(text.charAt(nameEnd))) return { end, secret: undefined };
  const telling = text.startsWith('[redacted:', start - 10)
    ? undefined
    : tellingOf(text.slice(start, nameEnd));
  if (telling === undefined || (telling === 'weak' && isAmongWords(text, nameEnd)))
    return { end, secret: undefined };
  const place = valueBehind(text, { start, end: nameEnd }, telling) ?? comparedBefore(text, start, telling);
  return { end, secret: place === undefined ? undefined : { ...place, kind: 'credential' } };
}

type Place = { start: number; end: number };

function isAmongWords(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x20 && /[a-z]/.test(text.charAt(at + 1));
}

function nameStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < NAME_BEFORE && NAME_UNIT.test(text.charAt(start - 1))) start -= 1;
  while (start < at && /[-.]/.test(text.charAt(start))) start += 1;
  return start;
}

/** Without the signs that end a sentence or belong to an operator. */
function endOfName(text: string, at: number, end: number): number {
  let last = end;
  while (last > at && /[-.]/.test(text.charAt(last - 1))) last -= 1;
  return last;
}

function valueBehind(text: string, name: Place, telling: Telling): Place | undefined {
  const before = text.slice(Math.max(0, name.start - 24), name.start);
  for (const { pattern, written, needs } of JOINS) {
    if (
      needs?.test(before) === false ||
      (telling === 'weak' && (written === 'listed' || written === 'spoken'))
    )
      continue;
    pattern.lastIndex = name.end;
    const join = pattern.exec(text);
    if (join === null) continue;
    const place = readValue(text, name.end + join[0].length, { telling, written, before, join: join[0] });
    if (place !== undefined) return place;
  }
  return undefined;
}

type Joined = { telling: Telling; written: Written | 'listed' | 'spoken'; before: string; join: string };

function readValue(text: string, at: number, joined: Joined): Place | undefined {
  QUOTED.lastIndex = at;
  const quote = QUOTED.exec(text);
  if (quote === null) return readBare(text, at, joined);
  const mark = quote[1] ?? '"';
  const place = quoted(text, at + quote[0].length, mark);
  if (place === undefined) return undefined;
  const isWord = joined.written === 'listed' || (mark === '`' && joined.telling === 'password');
  return isSecret(text.slice(place.start, place.end), isWord ? 'bare' : 'quoted', joined) ? place : undefined;
}

function readBare(text: string, at: number, joined: Joined): Place | undefined {
  BARE.lastIndex = at;
  const run = BARE.exec(text)?.[0];
  if (run === undefined || (joined.written === 'spoken' && !isSpoken(run))) return undefined;
  const value = /[?&]$/.test(joined.before) ? run.replace(/&.*$/s, '') : run.replace(CLOSING, '');
  return isSecret(value, writtenAs(text, at + run.length, joined), joined)
    ? { start: at, end: at + value.length }
    : undefined;
}

/** Among words only what nobody would take for one: digits and letters in turn. */
function isSpoken(run: string): boolean {
  return changesOf(run) >= 4 && !UUID.test(run) && !/[/@(]/.test(run);
}

/** What stands between two of the same quotation marks of one line. */
function quoted(text: string, start: number, mark: string): Place | undefined {
  for (let end = start; end < text.length && end - start <= 512; end += 1) {
    const unit = text.charAt(end);
    if (unit === mark) return { start, end };
    if (unit === '\n') return undefined;
    if (unit === '\\') end += 1;
  }
  return undefined;
}

/** Without quotes: a line or a part of a connection string of its own, or anything. */
function writtenAs(text: string, end: number, { written, before, join }: Joined): Written {
  if (written !== 'bare') return written === 'setting' ? 'setting' : 'bare';
  if (HEADER.test(before)) return 'setting';
  const isTight = join === '=' && SETTING_LINE.test(before);
  return isTight && /^(?:$|[\s;&"'])/.test(text.slice(end, end + 1)) ? 'setting' : 'bare';
}

function isSecret(value: string, written: Written, { telling }: Joined): boolean {
  return telling === 'password' ? isPassword(value, written) || isKey(value, written) : isKey(value, written);
}

/** `"…" == password`. */
function comparedBefore(text: string, start: number, telling: Telling): Place | undefined {
  if (!/[=]\s{0,3}$/.test(text.slice(Math.max(0, start - 4), start))) return undefined;
  const from = Math.max(0, start - 220);
  const match = COMPARED.exec(text.slice(from, start));
  const value = match?.[2] ?? '';
  if (match === null || !isSecret(value, 'quoted', { telling, written: 'bare', before: '', join: '' }))
    return undefined;
  const begin = from + match.index + 1;
  return { start: begin, end: begin + value.length };
}
