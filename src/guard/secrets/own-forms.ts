import type { Redaction } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import type { BegunForm } from './begun-form.ts';
import { entropy } from './entropy.ts';

const PEM_BODY_LIMIT = 16_384;
const PEM_HEAD = '-----BEGIN';
const PEM_BEGIN = /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const PEM_BODY = /^[\w+/=\s\\:,.()-]{0,16384}/;
/** A key is at least this long; what is shorter stands for one. */
const PEM_DIGITS = /[A-Za-z0-9+/=]{32}/;

/** A PKCS #12 store read as text: version 3, then the name of its contents, whatever a decoder made of the bytes between. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the form is one of bytes
const PKCS12 = /^0[\s\S]{1,5}\x02\x01\x030[\s\S]{1,5}\x06\t\*[\s\S]{1,10}\x01\x07[\s\S]{0,8192}/;

/** Forms of secrets of our own. */
export const OWN_FORMS: readonly BegunForm[] = [
  { kind: 'aisecops', begins: 'aisecops_', pattern: /(?<![\w-])aisecops_[\w-]{43}(?![\w-])/y },
  { kind: 'jwt', begins: 'eyJ', pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}/y },
  { kind: 'google_api_key', begins: 'AIza', pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/y },
  { kind: 'google_access_token', begins: 'ya29.', pattern: /(?<![\w-])ya29\.[\w-]{20,2048}/y },
  { kind: 'npm', begins: '_authToken', pattern: /_authToken\s{0,3}=\s{0,3}["']?([^\s$"'[]{8,256})/y },
  {
    kind: 'azure_storage',
    begins: 'AccountKey',
    pattern: /AccountKey\s{0,3}=\s{0,3}([A-Za-z0-9+/]{40,120}={0,2})/y,
  },
  {
    kind: 'bearer',
    begins: 'bearer',
    pattern: /\b[Bb](?:earer|EARER)\s{1,4}([\w.~+/-]{20,4096}={0,2})/y,
    isSecret: looksRandom,
  },
  {
    kind: 'github',
    begins: 'ghp_|gho_|ghu_|ghs_|ghr_',
    pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}/y,
  },
  { kind: 'slack', begins: 'xox', pattern: /(?<![A-Za-z0-9])xox[a-z]-[A-Za-z0-9-]{10,250}/y },
  { kind: 'aws', begins: 'AKIA|ASIA', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/y },
  { kind: 'anthropic', begins: 'sk-ant-', pattern: /(?<![A-Za-z0-9])sk-ant-[\w-]{24,256}/y },
  { kind: 'password', begins: '://', pattern: /:\/\/[^\s:@/]{1,100}:([^\s@/[\]<>{}$*]{3,200})@/y },
  {
    kind: 'aws_account',
    begins: 'aws_account_id',
    pattern: /aws_account_id["'\]]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}["']?(\d{4}-?\d{4}-?\d{4})(?!\d)/iy,
  },
  {
    kind: 'basic_auth',
    begins: 'authorization',
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?basic\s{1,3}([A-Za-z0-9+/]{12,400}={0,2})/iy,
  },
  {
    kind: 'private_key',
    begins: 'client-key-data',
    pattern: /client-key-data["']?\s{0,3}:\s{0,3}["']?([A-Za-z0-9+/]{60,8192}={0,2})/y,
  },
  {
    kind: 'private_key',
    begins: 'PuTTY-User-Key-File-',
    pattern:
      /PuTTY-User-Key-File-\d[\s\S]{1,4096}?Private-Lines:\s{0,3}\d{1,3}\s{1,4}([A-Za-z0-9+/=\s]{40,4096})/y,
  },
  {
    kind: 'password',
    begins: 'machine',
    pattern: /\bmachine\s{1,4}\S{1,200}\s{1,4}login\s{1,4}\S{1,100}\s{1,4}password\s{1,4}(\S{3,200})/iy,
  },
  {
    kind: 'password',
    begins: 'curl',
    pattern: /\bcurl\s[^\n]{0,200}?\s(?:-u|--user)[ =]["']?[^\s:"']{1,80}:([^\s"'$<{]{4,200})/y,
  },
  {
    kind: 'credential',
    begins: 'key|secret|token|passwd|password|passphrase|pwd|credential',
    pattern:
      /((?:key|secret|token|passw(?:or)?d|passphrase|pwd|credentials?)(?<!\[redacted:\w{0,40})\w{0,20})["'\]]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}["'`]?([^\s"'`,;<>()[\]{}$]{8,200})/iy,
    isSecret: isCredential,
  },
];

/** The kinds of secrets that these forms find. */
export const OWN_KINDS: readonly string[] = [...new Set([...OWN_FORMS.map(({ kind }) => kind), 'key_store'])];

/** The secrets of our own that are blocks: key stores and private keys. */
export function blockSecrets(text: string): Redaction[] {
  return [...keyStore(text), ...privateKeys(text)];
}

function keyStore(text: string): Redaction[] {
  const end = text.startsWith('0') ? (PKCS12.exec(text)?.[0].length ?? 0) : 0;
  return end === 0 ? [] : [{ start: 0, end, kind: 'key_store' }];
}

/** Key blocks, to their end line, or as far as they go on like one where it is missing. A block without a key is none. */
function privateKeys(text: string): Redaction[] {
  const found: Redaction[] = [];
  if (!text.includes(PEM_HEAD)) return found;
  let read = 0;
  for (const begin of matchesOf(text, PEM_BEGIN)) {
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
