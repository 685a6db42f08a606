import type { Redaction } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import { readAssignment } from './assignments.ts';
import type { BegunForm } from './begun-form.ts';
import { COMMAND_FORMS, HASH_FORMS } from './command-forms.ts';
import { entropy } from './entropy.ts';
import { isKey } from './secret-value.ts';

/** The longest block of a private key, with what a log puts before each of its lines. */
const PEM_BODY_LIMIT = 65_536;
const PEM_HEAD = '-----BEGIN';
const PEM_BEGIN = /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_BODY = /[\w+/=\s\\:,.()-]{0,65536}/y;
/** A key is at least this long; what is shorter stands for one. */
const PEM_DIGITS = /[A-Za-z0-9+/=]{32}/;

/** How the first part of a JSON web token reads; one without a signature has to read like that. */
const JOSE_HEADER = /^\{\s*"[\s -~]*\}\s*$/;
const NAME_AND_PASSWORD = /^[ -~]{0,200}:[ -~]{0,200}$/;

/** A PKCS #12 store read as text: version 3, then the name of its contents, whatever a decoder made of the bytes between. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the form is one of bytes
const PKCS12 = /^0[\s\S]{1,5}\x02\x01\x030[\s\S]{1,5}\x06\t\*[\s\S]{1,10}\x01\x07[\s\S]{0,8192}/;

/** Forms of secrets of our own. */
export const OWN_FORMS: readonly BegunForm[] = [
  { kind: 'aisecops', begins: 'aisecops_', pattern: /(?<![\w-])aisecops_[\w-]{43}(?![\w-])/y },
  {
    kind: 'jwt',
    begins: 'eyJ',
    pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ(?:[\w-]{8,8192}\.[\w-]{8,2048}|[\w-]{32,8192})/y,
    isSecret: (value) => {
      const [header = '', , signature] = value.split('.');
      return signature !== undefined || JOSE_HEADER.test(Buffer.from(header, 'base64url').toString('latin1'));
    },
  },
  {
    kind: 'google_api_key',
    begins: 'AIza',
    pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/y,
    isSecret: (value) => entropy(value) >= 3,
  },
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
    pattern: /\b[Bb](?:earer|EARER):?\s{1,4}([\w.~+/-]{14,4096}={0,2})/y,
    isSecret: (value) => isKey(value, 'quoted'),
  },
  {
    kind: 'github',
    begins: 'ghp_|gho_|ghu_|ghs_|ghr_',
    pattern: /gh[pousr]_[A-Za-z0-9]{36,255}/y,
  },
  {
    kind: 'slack',
    begins: 'xox',
    pattern: /(?<![A-Za-z0-9])xox[a-z]-[A-Za-z0-9-]{10,250}/y,
    isSecret: (value) => value.length >= 20 && /\d{5}/.test(value),
  },
  { kind: 'aws', begins: 'AKIA|ASIA', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/y },
  { kind: 'anthropic', begins: 'sk-ant-', pattern: /(?<![A-Za-z0-9])sk-ant-[\w-]{24,256}/y },
  { kind: 'password', begins: '://', pattern: /:\/\/[^\s:@/]{1,100}:([^\s@/[\]<>{}$*"'`]{3,200})@/y },
  {
    kind: 'aws_account',
    begins: 'aws_account_id',
    pattern: /aws_account_id["'\]]{0,3}\s{0,3}(?:=>|:=|[:=])\s{0,3}["']?(\d{4}-?\d{4}-?\d{4})(?!\d)/iy,
  },
  {
    kind: 'basic_auth',
    begins: 'authorization',
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?basic\s{1,3}([A-Za-z0-9+/]{8,400}={0,2})/iy,
    isSecret: (value) =>
      isKey(value, 'quoted') || NAME_AND_PASSWORD.test(Buffer.from(value, 'base64').toString('latin1')),
  },
  {
    kind: 'credential',
    begins: 'authorization',
    pattern:
      /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?!basic|bearer)[A-Za-z-]{2,20}\s{1,3})?([\w.~+/=-]{10,4096})/iy,
    isSecret: (value) => isKey(value, 'quoted'),
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
  ...COMMAND_FORMS,
  ...HASH_FORMS,
  {
    kind: 'credential',
    begins: 'key|secret|token|passw|pass|pwd|_pw|_pat|credential|authorization|signing',
    read: readAssignment,
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
  const endOf = endsOf(text);
  let read = 0;
  for (const { index, 0: head } of matchesOf(text, PEM_BEGIN)) {
    if (index < read) continue;
    const bodyStart = index + head.length;
    const { bodyEnd, end } = endOf(bodyStart) ?? goesOnTo(text, bodyStart);
    read = end;
    if (PEM_DIGITS.test(text.slice(bodyStart, bodyEnd)))
      found.push({ start: index, end, kind: 'private_key' });
  }
  return found;
}

type BlockEnd = { bodyEnd: number; end: number };

/** Tells of places that are asked for in order where the block that begins there ends, if it does. */
function endsOf(text: string): (bodyStart: number) => BlockEnd | undefined {
  const ends = matchesOf(text, PEM_END);
  let next = 0;
  return (bodyStart) => {
    while ((ends[next]?.index ?? text.length) < bodyStart) next += 1;
    const end = ends[next];
    if (end === undefined || end.index - bodyStart > PEM_BODY_LIMIT) return undefined;
    return { bodyEnd: end.index, end: end.index + end[0].length };
  };
}

function goesOnTo(text: string, bodyStart: number): BlockEnd {
  PEM_BODY.lastIndex = bodyStart;
  const bodyEnd = bodyStart + (PEM_BODY.exec(text)?.[0].length ?? 0);
  return { bodyEnd, end: bodyEnd };
}
