import { entropy } from './entropy.ts';

/** What a value is written like where it stands for one: filled in by whoever reads it, or by a program. */
const STANDS_FOR_ONE =
  /^(?:x{3,}|\*{3,}|\.{3,}|<|my[_-]|dummy|process\.env|os\.environ|env\.|(?:null|undefined|true|false|string|none)$)|your|placeholder|change[_-]?(?:me|it|this)|insert|redacted|example|sample|xxxx|\*{4}|\.{3}|…|\[\[\[|fake|_here\b/i;
const TEMPLATE =
  /^\$\$?\{{0,2}[\w.]+\}{0,2}$|^%\w+%$|^@\w+@$|^\{{1,2} ?[\w. ]{1,80}\}{0,2}$|^!\w|\$\{[\w.:()-]{1,80}\}|\{\{ ?[\w. |]{1,80}\}\}|#\{|<%|%\(?\w*\)?[sd]$|^\{\w*\}$|\$_|^\\?\$[A-Za-z_]\w*[/.[-]|\\x[0-9a-f]{2}|\$\([\w .-]/;
/** What is no secret wherever it stands for a password, compared without case and signs. */
const PLAIN_WORDS = new Set(
  'password passwd passphrase passcode pass pwd secret token key apikey credential credentials username user email login string str text number bool boolean object array null nil none undefined void true false yes no on off required optional hidden visible enabled disabled test testing todo tbd na unknown empty blank default value values input output data type prompt ask env vault file auto any all new old current confirm confirmation reset forgot forgotten change update show hide submit basic bearer oauth digest plain plaintext invalid valid incorrect wrong missing masked encrypted hashed salted sha256 sha512 bcrypt base64 utf8 uuid'.split(
    ' ',
  ),
);
/** A path, or an address: where something is, not what it is. */
const PLACE = /^(?:[./~]|\w:\\)|:\/\//;
/** A name in code, as in `tokens.next_token`; a single word with a digit in it is none. */
const NAME = /^[A-Za-z_.$]+$|^[A-Za-z_$]\w{0,60}(?:(?:\.|->|::)[A-Za-z_$]\w{0,60}){1,8}$/;
/** Words and counts joined by signs, as in `my-service-2` and `id-Gost28147`. */
const SLUG = /^[A-Za-z]{2,}\d{0,5}(?:[-_.:/]+(?:[A-Za-z]{2,}\d{0,5}|v?\d{1,12}))+$/;
const EXPRESSION = /^(?![A-Za-z0-9])|^[A-Za-z0-9]+[.([|?&:+*<>=-]/;
const CALL = /^[\w.:$>-]{1,100}[([]/;

/** Whether a value says that a secret is to be filled in there, or where a program takes it from. */
export function isPlaceholder(value: string): boolean {
  const mark = STANDS_FOR_ONE.exec(value);
  if (mark !== null) {
    const rest = value.replace(mark[0], '');
    // What was made by chance holds the word by chance, or was spoilt by hand: its rest is still one.
    if (!/^(?:example|sample)$/i.test(mark[0]) || !looksRandom(rest)) return true;
  }
  return TEMPLATE.test(value) || isOneSign(value);
}

/** Whether a token was made to be shown: filled up with one letter. */
export function isShown(token: string): boolean {
  return token.length <= 300 && /x{8}|X{8}|\*{6}/.test(token);
}

const ASCII = 128;
const LETTER = 1;
const SIGN = 2;
/** Of each ASCII unit whether it is a letter, a sign that words and addresses do not have, or neither. */
const KINDS = Uint8Array.from({ length: ASCII }, (_, code) => {
  const unit = String.fromCharCode(code);
  if (/[A-Za-z]/.test(unit)) return LETTER;
  return /[\w\s./:,-]/.test(unit) ? 0 : SIGN;
});

/** Whether hardly more than one sign makes up a value. */
export function isOneSign(value: string): boolean {
  return /^(.)\1*$/s.test(value) || (value.length >= 16 && entropy(value) < 1);
}

/** Letters and digits mixed, at least 16 of them, with 3 bits or more of entropy a character, of hexadecimal digits 2.5. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f]+$/i.test(value) ? 2.5 : 3);
}

/** How a value was written beside the name: in quotes, as an element or setting of its own, or among code or words. */
export type Written = 'quoted' | 'setting' | 'bare';

/** Whether the value of a key or token is likely one: it must look as if it was made by chance. */
export function isKey(value: string, written: Written): boolean {
  if (value.length < 10 || PLACE.test(value) || /[\s"]/.test(value) || isPlaceholder(value)) return false;
  if (SLUG.test(value) || NAME.test(value)) return isMixedCase(value) || hasRandomPart(value);
  if (written === 'bare') return isBareKey(value);
  return looksRandom(value) || isNumber(value) || isShortRandom(value) || hasManySigns(value);
}

/** Among code and words calls and expressions are none. */
function isBareKey(value: string): boolean {
  if (CALL.test(value)) return false;
  return looksRandom(value) || isNumber(value) || (hasManySigns(value) && !EXPRESSION.test(value));
}

function isNumber(value: string): boolean {
  return /^\d{16,64}$/.test(value);
}

/** Whether a part between signs looks as if it was made by chance: letters and digits change in it again and again. */
function hasRandomPart(value: string): boolean {
  return value.split(/[^A-Za-z0-9]/).some((part) => looksRandom(part) && changesOf(part) >= 3);
}

/** How often a letter follows a digit, or a digit a letter. */
export function changesOf(value: string): number {
  return value.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
}

/** Ten signs or more of two kinds that do not fall apart into a word and a number. */
function isShortRandom(value: string): boolean {
  return value.length >= 10 && entropy(value) >= 2.5 && changesOf(value) >= 2;
}

/** Letters among signs of many kinds, as nobody writes words, code or patterns. */
function hasManySigns(value: string): boolean {
  let letters = 0;
  const signs = new Set<number>();
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const kind = code < ASCII ? KINDS[code] : SIGN;
    if (kind === LETTER) letters += 1;
    else if (kind === SIGN) signs.add(code);
  }
  return letters >= 8 && signs.size >= 5 && !/\\|[\])][*+?]|\.[*+]|^\^|\(\?|=>|\(\)/.test(value);
}

/** Twenty letters or more of both cases that are no words put together. */
function isMixedCase(value: string): boolean {
  if (!/^[A-Za-z_]{20,}$/.test(value)) return false;
  const humps = value.match(/[A-Z]?[a-z]+|[A-Z]+/g)?.length ?? 0;
  return humps > value.length / 3 && entropy(value) >= 3.5;
}

/**
 * Whether the value of a password is likely one. In quotes or as a setting it may be a plain word; among code and words it
 * must hold what names and words do not.
 */
export function isPassword(value: string, written: Written): boolean {
  if (value.length < 3 || value.length > 128 || isPlaceholder(value)) return false;
  if (PLAIN_WORDS.has(value.toLowerCase().replace(/[^a-z0-9]/g, '')) || !/[A-Za-z0-9]/.test(value))
    return false;
  if (written === 'bare') return isBarePassword(value);
  if (/\s/.test(value)) return isPhrase(value);
  return (
    value.length >= 4 && !/:\/\/|^\.{0,2}\/|^\d{1,3}$/.test(value) && !/pass(?:wor[dt]|wd)|pwd/i.test(value)
  );
}

function isBarePassword(value: string): boolean {
  if (value.length < 6 || CALL.test(value) || NAME.test(value) || PLACE.test(value) || SLUG.test(value))
    return false;
  return /[A-Za-z]/.test(value) && /\d|[!@#$%^&*?~]./.test(value);
}

/** Words that are no label, message or description: few, without capitals, and none about passwords. */
function isPhrase(value: string): boolean {
  return (
    /^[a-z0-9]+(?: [a-z0-9]+){1,5}$/.test(value) &&
    !/pass|word\b|enter|type|user|login|\b(?:the|is|to|a|an|of|for|or|must|not|be|can)\b/.test(value)
  );
}
