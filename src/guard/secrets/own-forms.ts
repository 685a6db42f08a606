import type { Redaction } from '../finding.ts';
import { entropy } from './entropy.ts';

/** A form of secret of our own: what of a match is the secret is group 1, or the whole match where there is none. */
type OwnForm = { kind: string; pattern: RegExp; isSecret?: (value: string, key: string) => boolean };

const PEM_BODY_LIMIT = 16_384;
const PEM_BEGIN = /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const PEM_BODY = /^[\w+/=\s\\:,.()-]{0,16384}/;
/** A key is at least this long; what is shorter stands for one. */
const PEM_DIGITS = /[A-Za-z0-9+/=]{32}/;

/** Beginnings of the forms below, for the one alternation that goes over every text. */
export const OWN_STARTS =
  '-----BEGIN|aisecops_|eyJ|AIza|ya29\\.|_authToken|AccountKey|[Bb]earer |BEARER |' +
  '(?:[Kk]ey|KEY|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Pp]assw(?:or)?d|PASSW(?:OR)?D|[Pp]assphrase|PASSPHRASE|[Pp]wd|PWD|[Cc]redentials?)\\w{0,20}["\'\\]]{0,3}\\s{0,3}[:=]|' +
  'AWS_ACCOUNT_ID|aws_account_id|[Aa]uthorization["\']?\\s{0,3}[:=]|client-key-data|PuTTY-User-Key|machine\\s{1,4}\\S{1,200}\\s{1,4}login|\\scurl\\s|^curl\\s|\\u0002\\u0001\\u00030';

/** A PKCS #12 store read as text: version 3, then the name of its contents, whatever a decoder made of the bytes between. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the form is one of bytes
const PKCS12 = /^0[\s\S]{1,5}\x02\x01\x030[\s\S]{1,5}\x06\t\*[\s\S]{1,10}\x01\x07[\s\S]{0,8192}/g;

const FORMS: readonly OwnForm[] = [
  { kind: 'aisecops', pattern: /(?<![\w-])aisecops_[\w-]{43}(?![\w-])/g },
  { kind: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}/g },
  { kind: 'google_api_key', pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  { kind: 'google_access_token', pattern: /(?<![\w-])ya29\.[\w-]{20,2048}/g },
  { kind: 'npm', pattern: /_authToken\s{0,3}=\s{0,3}["']?([^\s$"'[]{8,256})/g },
  { kind: 'azure_storage', pattern: /AccountKey\s{0,3}=\s{0,3}([A-Za-z0-9+/]{40,120}={0,2})/g },
  {
    kind: 'bearer',
    pattern: /\b[Bb](?:earer|EARER)\s{1,4}([\w.~+/-]{20,4096}={0,2})/g,
    isSecret: looksRandom,
  },
  { kind: 'github', pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}/g },
  { kind: 'slack', pattern: /(?<![A-Za-z0-9])xox[a-z]-[A-Za-z0-9-]{10,250}/g },
  { kind: 'aws', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { kind: 'anthropic', pattern: /(?<![A-Za-z0-9])sk-ant-[\w-]{24,256}/g },
  { kind: 'password', pattern: /:\/\/[^\s:@/]{1,100}:([^\s@/[\]<>{}$*]{3,200})@/g },
  {
    kind: 'aws_account',
    pattern: /aws_account_id["'\]]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}["']?(\d{4}-?\d{4}-?\d{4})(?!\d)/gi,
  },
  {
    kind: 'basic_auth',
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?basic\s{1,3}([A-Za-z0-9+/]{12,400}={0,2})/gi,
  },
  { kind: 'private_key', pattern: /client-key-data["']?\s{0,3}:\s{0,3}["']?([A-Za-z0-9+/]{60,8192}={0,2})/g },
  {
    kind: 'private_key',
    pattern:
      /PuTTY-User-Key-File-\d[\s\S]{1,4096}?Private-Lines:\s{0,3}\d{1,3}\s{1,4}([A-Za-z0-9+/=\s]{40,4096})/g,
  },
  {
    kind: 'password',
    pattern: /\bmachine\s{1,4}\S{1,200}\s{1,4}login\s{1,4}\S{1,100}\s{1,4}password\s{1,4}(\S{3,200})/gi,
  },
  {
    kind: 'password',
    pattern: /\bcurl\s[^\n]{0,200}?\s(?:-u|--user)[ =]["']?[^\s:"']{1,80}:([^\s"'$<{]{4,200})/g,
  },
  { kind: 'key_store', pattern: PKCS12 },
  {
    kind: 'credential',
    pattern:
      /((?:key|secret|token|passw(?:or)?d|passphrase|pwd|credentials?)(?<!\[redacted:\w{0,40})\w{0,20})["'\]]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}["'`]?([^\s"'`,;<>()[\]{}$]{8,200})/gi,
    isSecret: isCredential,
  },
];

/** The kinds of secrets that these forms find. */
export const OWN_KINDS: readonly string[] = [...new Set(FORMS.map(({ kind }) => kind))];

/** The secrets of our own forms in a text: keys and tokens the preset does not know, and values beside a key name. */
export function ownSecrets(text: string): Redaction[] {
  return [...privateKeys(text), ...FORMS.flatMap((form) => matches(form, text))];
}

function matches({ kind, pattern, isSecret }: OwnForm, text: string): Redaction[] {
  const found: Redaction[] = [];
  for (const match of text.matchAll(pattern)) {
    const value = match.at(-1) ?? match[0];
    if (isSecret !== undefined && !isSecret(value, match[1] ?? '')) continue;
    const end = match.index + match[0].length;
    found.push({
      start: match.index + match[0].lastIndexOf(value),
      end: Math.min(end, match.index + match[0].lastIndexOf(value) + value.length),
      kind,
    });
  }
  return found;
}

/** Key blocks, to their end line, or as far as they go on like one where it is missing. A block without a key is none. */
function privateKeys(text: string): Redaction[] {
  const found: Redaction[] = [];
  let read = 0;
  for (const begin of text.matchAll(PEM_BEGIN)) {
    if (begin.index < read) continue;
    const bodyStart = begin.index + begin[0].length;
    const body = PEM_BODY.exec(text.slice(bodyStart, bodyStart + PEM_BODY_LIMIT))?.[0] ?? '';
    const end = PEM_END.exec(body);
    read = bodyStart + (end === null ? body.length : end.index + end[0].length);
    if (PEM_DIGITS.test(end === null ? body : body.slice(0, end.index))) {
      found.push({ start: begin.index, end: read, kind: 'private_key' });
    }
  }
  return found;
}

const PLACEHOLDER =
  /^(?:x{3,}|\*{3,}|\.{3,}|your|my[_-]|example|sample|dummy|placeholder|changeme|change_me|insert|redacted|test|process\.env|os\.environ|env\.|null|undefined|true|false|string|none)|example|placeholder|xxxx|\*{4}/i;

/** A name in code, as in `tokens.next_token`; a single word with a digit in it is none. */
const NAME = /^[A-Za-z_.]+$|^[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]\w{0,40}){1,8}$/;

/**
 * Whether a value beside a key name is likely a secret. Passwords may be short and plain; keys and tokens must look
 * random. Names, types, paths and placeholders are none.
 */
function isCredential(value: string, key: string): boolean {
  if (PLACEHOLDER.test(value) || NAME.test(value) || /^[./~]|:\/\//.test(value)) return false;
  if (/^(?:pass|pwd)/i.test(key)) return /\d/.test(value) && /[A-Za-z]/.test(value) && value.length <= 64;
  return looksRandom(value);
}

/** Letters and digits mixed, at least 16 of them, with 3 bits or more of entropy a character. */
function looksRandom(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3;
}
