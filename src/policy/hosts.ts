import type { Doubt } from './truth.ts';

const MAX_HOSTS = 1000;
const ASCII_HOST = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
/** What no host name holds, and what a second parser might read another way. */
const NOT_IN_HOST = /[\s%\\/@:?#[\]<>^|`{}"'(),;]|\p{Default_Ignorable_Code_Point}|\p{Cc}/u;
const HIDDEN = /\p{Cc}|\p{Default_Ignorable_Code_Point}|\\/u;
const SCHEME = /^([a-z][a-z0-9+.-]*:)?\/\//i;
/** `https:evil.example` is `https://evil.example/` to a browser. */
const WEB_SCHEME = /^(https?|wss?|ftp):/i;

/**
 * The form of a host name in which two names are equal exactly when they are the same: lower case, international
 * names in punycode, no trailing dot. `undefined` for what is no domain name, IP addresses among it.
 */
export function normalHost(raw: string): string | undefined {
  if (raw.length === 0 || raw.length > 253 || NOT_IN_HOST.test(raw)) return undefined;
  // Full-width letters and the like become plain ones in a browser and stay what they are in mail: two readings.
  if (raw !== raw.normalize('NFKC')) return undefined;
  let host = raw.toLowerCase();
  if (host.endsWith('.')) host = host.slice(0, -1);
  if (!ASCII_HOST.test(host) || host.includes('xn--')) {
    const url = URL.parse(`http://${host}/`);
    if (url === null) return undefined;
    host = url.hostname;
  }
  return ASCII_HOST.test(host) && !isAddress(host) ? host : undefined;
}

/** True where the URL standard reads the name as an IPv4 address: its last label is a number. */
function isAddress(host: string): boolean {
  return /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host);
}

/**
 * Every host that `text` sends something to: of one or several e-mail addresses (with display names, separated
 * by `,` or `;`), of one or several URLs, or of bare host names with an optional port.
 *
 * Doubt wherever two readers could understand the text differently: control characters, invisible characters,
 * `mailto:` and other URLs outside the web whose query may name recipients, backslashes, percent signs in a host, quoted local parts, more than one `@`, an `@` in a display name, IP
 * addresses, names without a dot. So a text that passes is read the same way by everybody.
 */
export function hostsOf(text: string): readonly string[] | Doubt {
  if (HIDDEN.test(text)) return { doubt: 'it holds control characters, invisible characters or backslashes' };
  if (marksIn(text) !== marksIn(text.normalize('NFKC')))
    return { doubt: 'it holds another form of a character that separates addresses' };
  const trimmed = text.trim();
  if (trimmed === '') return { doubt: 'it is empty' };
  const readOne = readerOf(trimmed);
  const pieces = readOne === hostOfAddress ? splitAddresses(trimmed) : trimmed.split(/[,;\s]+/);
  const named = pieces?.filter((piece) => piece.trim() !== '') ?? [];
  if (named.length === 0) return { doubt: 'it holds no address that can be read' };
  if (named.length > MAX_HOSTS) return { doubt: `it holds more than ${MAX_HOSTS} addresses` };
  const hosts = named.map((piece) => readOne(piece.trim()));
  return hosts.every((host) => host !== undefined)
    ? hosts
    : { doubt: 'it cannot be read as an address, URL or host' };
}

/** How many characters there are that divide a text into addresses and hosts. */
function marksIn(text: string): number {
  return text.match(/[@,;<>/?#:]/g)?.length ?? 0;
}

function readerOf(text: string): (piece: string) => string | undefined {
  if (SCHEME.test(text) || WEB_SCHEME.test(text)) return hostOfUrl;
  return text.includes('@') ? hostOfAddress : hostOfBareName;
}

/** What every reader takes for the same local part: no path, no encoded word, no option of a command line, no shell. */
const LOCAL_PART = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._+'~-]*$/u;

const ADDRESS_TOKEN = /"[^"]*"|<[^<>]*>|[^"<>(),;]+|[,;]/g;

/**
 * Splits at `,` and `;` outside quotes and angle brackets. `undefined` when those do not pair up, or for comments.
 */
function splitAddresses(text: string): string[] | undefined {
  const tokens = text.match(ADDRESS_TOKEN) ?? [];
  if (tokens.join('') !== text) return undefined;
  const pieces = [''];
  for (const token of tokens) {
    if (token === ',' || token === ';') pieces.push('');
    else pieces[pieces.length - 1] += token;
  }
  return pieces;
}

function hostOfAddress(piece: string): string | undefined {
  const angle = /^([^<>]*)<([^<>]*)>$/.exec(piece);
  const [display, address] = angle === null ? ['', piece] : [angle[1] ?? '', (angle[2] ?? '').trim()];
  if (display.includes('@') || display.includes('=?') || /[/?#]/.test(display)) return undefined;
  const parts = address.split('@');
  const [local, host] = parts;
  if (parts.length !== 2 || local === undefined || host === undefined) return undefined;
  if (!LOCAL_PART.test(local)) return undefined;
  return dottedHost(host);
}

function hostOfUrl(piece: string): string | undefined {
  const isWeb = WEB_SCHEME.test(piece) || piece.startsWith('//');
  if (!SCHEME.test(piece) && !isWeb) return undefined;
  const rest = piece.replace(/^([a-z][a-z0-9+.-]*:)?\/*/i, '');
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  // One `://` only: a second one may be where the request really goes (a redirect, a proxy).
  if (piece.split('://').length > 2) return undefined;
  if (hidesUser(rest, /^https?:/i.test(piece)) || (!isWeb && mayNameRecipients(piece))) return undefined;
  const rawHost = authority.replace(/^[^@]*@/, '').replace(/:\d*$/, '');
  const host = dottedHost(rawHost);
  if (!isWeb) return host;
  const parsed = URL.parse(piece.startsWith('//') ? `https:${piece}` : piece);
  return parsed !== null && host !== undefined && normalHost(parsed.hostname) === host ? host : undefined;
}

/**
 * `https://a.example?@b.example`: some readers take all up to the `@` for a user name. Outside the web an `@` behind the
 * authority makes it an e-mail address to others: `//a.example/x@b.example`.
 */
function hidesUser(rest: string, isWebUrl: boolean): boolean {
  const slash = rest.indexOf('/');
  const end = rest.search(/[?#]/);
  const isBeforePath = end !== -1 && (slash === -1 || end < slash);
  if (isBeforePath) return rest.indexOf('@', end) !== -1;
  return !isWebUrl && slash !== -1 && rest.indexOf('@', slash) !== -1;
}

/** Of a message that an address of its own scheme writes, the query says who gets it, too: in the open or encoded. */
function mayNameRecipients(piece: string): boolean {
  const [, query = ''] = /[?#](.*)$/s.exec(piece) ?? [];
  return /^mailto:/i.test(piece) || /%|(?:^|[?&;#])(?:to|cc|bcc)=/i.test(query);
}

function hostOfBareName(piece: string): string | undefined {
  return dottedHost(piece.replace(/:\d{1,5}$/, ''));
}

/** A host that can be told from a plain word: it has a dot, or is `localhost`. */
function dottedHost(raw: string): string | undefined {
  const host = normalHost(raw);
  return host !== undefined && (host.includes('.') || host === 'localhost') ? host : undefined;
}

/** True where `host` is one of `domains` or lies below one. Both in the form of `normalHost`. */
export function isInDomains(host: string, domains: ReadonlySet<string>): boolean {
  let name = host;
  for (;;) {
    if (domains.has(name)) return true;
    const dot = name.indexOf('.');
    if (dot === -1) return false;
    name = name.slice(dot + 1);
  }
}
