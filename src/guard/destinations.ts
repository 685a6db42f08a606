import { matchesOf } from './matches.ts';
import type { Span } from './views/view.ts';

/** A place in a text that a renderer or a reader would fetch, with data of the conversation in the address. */
export type Leak = Span & { reason: 'query' | 'host' | 'scheme' };

const HAS_ADDRESS = /\/\/|javascript:|data:text/i;
/** Where an address is fetched when shown, or hides behind other words than its own. Each takes up what it reads. */
const PLACES: readonly RegExp[] = [
  // Inline links and images of Markdown: what stands before `](` does not matter.
  /\]\(\s{0,4}<?([^\s)>]{4,4096})/g,
  // Reference definitions of Markdown.
  /(?:^|\n) {0,3}\[[^\][\n]{1,100}\]:\s{0,4}<?([^\s>]{4,4096})/g,
  /<(?:img|image|iframe|source|video|audio|embed|input|body|table)\b[^<>]{0,400}?\b(?:src|srcset|poster|background)\s{0,4}=\s{0,4}["']?([^\s"'>]{4,4096})/gi,
  /<(?:a|form|link|base|meta)\b[^<>]{0,400}?\b(?:href|action|url)\s{0,4}=\s{0,4}["']?([^\s"'>]{4,4096})/gi,
  // Style sheets, and the links of Mermaid diagrams.
  /\burl\(\s{0,4}["']?([^\s"')]{4,4096})/gi,
  /\bclick \w{1,40} (?:href )?"([^\s"]{4,4096})"/g,
];

const URL_START = /^(?:https?:)?\/\//i;
/** Parameters that carry no message: campaigns, cache keys, sizes, signatures of object stores. */
const PLAIN_PARAMETER =
  /^(?:utm_\w{1,20}|gclid|fbclid|ref|ref_src|source|v|ver|version|t|ts|w|h|width|height|size|s|sz|format|fm|fit|crop|quality|lang|locale|hl|page|id|style|color|logo|label|branch|badge|cachebust|x-amz-\w{1,30}|signature|sig|expires|key-pair-id|googleaccessid|policy|se|sp|sv|sr|token|alt|raw|dl|tab|sort)$/i;
const PLACEHOLDER = /\{[^}]{1,40}\}|<[^>]{1,40}>|\$\{|%7b|\[[A-Z_ ]{3,40}\]|YOUR_|SUMMARY|DATA_HERE/i;
/** A whole value that names what is to be filled in. */
const NAME_OF_DATA =
  /^(?:[A-Z0-9]{2,12}_){0,3}(?:ENCODED|BASE64|CONVERSATION|HISTORY|CONTEXT|PROMPT|SECRETS?|PASSWORDS?|CHAT|MESSAGES?|DATA|EXFIL[A-Z]{0,8})(?:_[A-Z0-9]{2,12}){0,3}$/;
const ENCODED_SEGMENT = /^[A-Za-z0-9+_-]{24,2048}={0,2}$/;
const SAYS_WORDS = /^[\p{L}\p{N}\p{P}\p{S} \n]{12,}$/u;
const TRUSTED_LOOK = /^(?:img\.shields\.io|badge\.fury\.io|localhost|127\.0\.0\.1)$/i;

/**
 * Links, images and other places whose address carries data away: long or encoded query values, words of a text,
 * placeholders to be filled in, or data in the labels of the host name; and addresses that run script. At most 200
 * places are judged.
 */
export function leaks(text: string): Leak[] {
  if (!HAS_ADDRESS.test(text)) return [];
  const found: Leak[] = [];
  for (const pattern of PLACES) {
    for (const match of matchesOf(text, pattern)) {
      const address = match[1] ?? '';
      const reason = leakReason(address);
      if (reason === undefined) continue;
      const start = match.index + match[0].lastIndexOf(address);
      found.push({ start, end: start + address.length, reason });
      if (found.length >= 200) return found;
    }
  }
  return found;
}

function leakReason(address: string): Leak['reason'] | undefined {
  if (/^(?:javascript|vbscript):|^data:text\/html/i.test(address)) return 'scheme';
  if (!URL_START.test(address)) return undefined;
  const [host, rest] = splitHost(address.replace(URL_START, ''));
  if (TRUSTED_LOOK.test(host)) return undefined;
  if (host.split('.').slice(0, -2).some(isDataLabel)) return 'host';
  const query = /[?#](.{1,4096})$/s.exec(rest)?.[1] ?? '';
  const path = rest.split(/[?#]/, 1)[0] ?? '';
  const isLeak = query.split(/[&;]/, 64).some(carriesData) || path.split('/', 64).some(isEncodedText);
  return isLeak ? 'query' : undefined;
}

/** A segment of a path that is words in base64; other digits in paths name files. */
function isEncodedText(segment: string): boolean {
  const digits = segment.replace(/\.\w{2,4}$/, '');
  if (!ENCODED_SEGMENT.test(digits)) return false;
  const text = Buffer.from(digits, 'base64').toString('utf8');
  return SAYS_WORDS.test(text) && /\p{L}{2} \p{L}/u.test(text);
}

function splitHost(address: string): [host: string, rest: string] {
  const end = address.search(/[/?#]/);
  return end < 0 ? [address, ''] : [address.slice(0, end), address.slice(end)];
}

/** A label of a host name that is longer or odder than names are. */
function isDataLabel(label: string): boolean {
  if (label.length >= 40) return true;
  return label.length >= 20 && (/(?:-20|=|%20)\S*-20/.test(label) || looksEncoded(label));
}

function carriesData(parameter: string): boolean {
  const equals = parameter.indexOf('=');
  const name = equals < 0 ? '' : parameter.slice(0, equals);
  const value = equals < 0 ? parameter : parameter.slice(equals + 1);
  if (PLACEHOLDER.test(value) || NAME_OF_DATA.test(value)) return true;
  if (name !== '' && PLAIN_PARAMETER.test(name)) return false;
  if (value.length >= 20 && /(?:%20|\+)\S{1,60}?(?:%20|\+)/.test(value)) return true;
  return value.length >= 24 && looksEncoded(value.replace(/(?:=|%3D){1,2}$/i, ''));
}

/** Base64 or hexadecimal digits mixed as no word mixes them. */
function looksEncoded(value: string): boolean {
  if (/^(?:[0-9a-f]{2}){10,}$/i.test(value))
    return !/^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^\d+$/i.test(value);
  if (!/^[A-Za-z0-9+/_-]{20,}$/.test(value)) return false;
  const hasMixedCase = /[a-z]/.test(value) && /[A-Z]/.test(value) && !/[-_]/.test(value);
  const digits = value.replace(/\D/g, '').length;
  return (hasMixedCase && digits >= 1) || (digits >= 2 && /^[a-z0-9]+$/.test(value) && value.length >= 32);
}
