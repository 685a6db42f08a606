import type { Severity } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import { unescapedPieces } from '../views/unescaped.ts';
import type { Span } from '../views/view.ts';
import type { ArgumentRule } from './argument-rule.ts';
import { ARGUMENT_RULES } from './argument-rules.ts';
import { isInternalHost } from './internal-address.ts';
import { stringsInJson } from './json-strings.ts';
import { formsFor, type RuleForm } from './rule-forms.ts';
import { USUAL } from './shell-rules.ts';

export type Abuse = Span & {
  id: string;
  category: string;
  severity: Severity;
  weight: number;
  message: string;
};

/** A whole command line or SQL statement is no attack by its form: policy says which tools may take one. */
const SQL_STATEMENT =
  /^[\s("'`]{0,8}(?:select|insert|update|delete|with|create|alter|drop|merge|explain|grant|revoke|set|use|begin|commit|rollback|pragma|analyze|vacuum|call|values|replace|declare|show|describe|truncate|--|\/\*)\b/i;
const COMMAND_LINE = new RegExp(
  `^\\s{0,8}(?:sudo\\s{1,4})?(?:(?:for|if|while|until|alias|local|readonly|declare|unset|ruby|perl|php|killall|hostname|basename|dirname|rsync|chmod|chown|ln|xargs|watch|diff|screen|mount|${USUAL})\\s|[A-Za-z_]\\w{2,40}=|[A-Z]\\w{0,2}=)`,
);
const ADDRESS =
  /\b(https?|ftp|wss?|file|gopher|dict|ldaps?|tftp|sftp|jar|phar|php|expect|netdoc):(?:\/\/|\\\\)([^\s"'<>`]{0,2048})/gi;
/** An address that takes the scheme of where it stands. */
const RELATIVE = /^\s{0,4}\/\/([\w.:[\]@-]{1,200})/;
/** A text without gaps, written as forms write one that has some. */
const FORM_SPACES = /^[^\s+]{0,200}\+[^\s]{1,4000}$/;
/** Quotation marks that word processors set for plain ones; a payload that went through one is short. */
const SET_QUOTES = /[\u2018\u2019\u201b\u2032]/g;
const SHORT = 256;
/** What ends a value or a command, as a document of markup writes it. */
const NUMBERED_SIGN = /&#(?:x0{0,4}(0a|0d|22|26|27|3b|60|7c)|0{0,4}(10|13|34|38|39|59|96|124));/gi;
/** A comment that parts words as a gap does. */
const COMMENT_FOR_GAP = /(?<=\S)\/\*[\w!]{0,12}\*\/(?=\S)/g;
const MAX_FINDINGS = 32;

const RULES_OF_STRUCTURE: ReadonlySet<ArgumentRule> = new Set(
  ARGUMENT_RULES.filter(({ isOfStructure }) => isOfStructure),
);

/**
 * Abuse of an argument that shows without knowing its role: a value that breaks out of a shell word or an SQL
 * literal, a path that climbs or names a key file, an address that leads inwards or uses a scheme no tool should. Of a text
 * that is JSON every string is a value of its own.
 */
export function argumentAbuse(text: string): Abuse[] {
  const strings = stringsInJson(text);
  if (strings === undefined) return abusesIn(text);
  const inStrings = strings.flatMap(({ value, start, end, isPlain }) =>
    abusesIn(value).map((hit) =>
      isPlain ? { ...hit, start: start + hit.start, end: start + hit.end } : { ...hit, start, end },
    ),
  );
  return [...ruleHits(text, RULES_OF_STRUCTURE), ...inStrings].slice(0, MAX_FINDINGS);
}

function abusesIn(text: string): Abuse[] {
  const abuses = [...internalAddresses(text), ...ruleHits(text)];
  if (abuses.length === 0) return escapedHits(text);
  return abuses.slice(0, MAX_FINDINGS);
}

function ruleHits(text: string, among?: ReadonlySet<ArgumentRule>): Abuse[] {
  const whole = { sql: SQL_STATEMENT.test(text), shell: COMMAND_LINE.test(text) };
  return formsFor(text)
    .filter(({ rule }) => (among?.has(rule) ?? true) && !(rule.onlyInValue && whole[rule.onlyInValue]))
    .flatMap((form) => matches(form, text));
}

function matches({ rule, pattern }: RuleForm, text: string): Abuse[] {
  const found: Abuse[] = [];
  for (const match of matchesOf(text, pattern, MAX_FINDINGS)) {
    if (match[0] !== '') found.push(abuse(rule, match.index, match.index + match[0].length));
  }
  return found;
}

function abuse(
  { id, category, severity, weight, message }: Omit<Abuse, 'start' | 'end'>,
  start: number,
  end: number,
): Abuse {
  return { id, category, severity, weight, message, start, end };
}

/** What shows only in another reading stands for the whole text. */
function escapedHits(text: string): Abuse[] {
  for (const reading of readingsOf(text)) {
    if (reading === '' || reading === text) continue;
    const [hit] = [...internalAddresses(reading), ...ruleHits(reading)];
    if (hit !== undefined) return [abuse(hit, 0, text.length)];
  }
  return [];
}

function readingsOf(text: string): string[] {
  const decoded = decodedOnce(text);
  const isForm = FORM_SPACES.test(text);
  return [
    decoded,
    isForm ? (decoded || text).replaceAll('+', ' ') : '',
    ...(text.length > SHORT ? [] : [decodedOnce(decoded), plainSigns(text)]),
  ];
}

function decodedOnce(text: string): string {
  return text.includes('%') ? (unescapedPieces(text) ?? []).map((piece) => piece.text).join('') : '';
}

function plainSigns(text: string): string {
  return text
    .replace(SET_QUOTES, "'")
    .replace(COMMENT_FOR_GAP, ' ')
    .replace(NUMBERED_SIGN, (_, hex?: string, decimal?: string) =>
      String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    );
}

export const INTERNAL = {
  id: 'ssrf.internal_address',
  category: 'internal_address',
  severity: 'high',
  weight: 6,
  message: 'An address that leads into the own network or to a metadata service.',
} as const;
export const SCHEME = {
  id: 'ssrf.unusual_scheme',
  category: 'internal_address',
  severity: 'high',
  weight: 6,
  message: 'An address of a scheme that reads local files or speaks to local services.',
} as const;

function internalAddresses(text: string): Abuse[] {
  const found: Abuse[] = [];
  const relative = RELATIVE.exec(text);
  if (relative !== null && hostsOf(relative[1] ?? '').some(isInternalHost))
    found.push(abuse(INTERNAL, relative.index, relative.index + relative[0].length));
  for (const match of matchesOf(text, ADDRESS)) {
    const [whole, scheme = '', rest = ''] = match;
    const row = /^(?:https?|ftp|wss?|sftp|ldaps?)$/i.test(scheme) ? INTERNAL : SCHEME;
    if (row === INTERNAL && !hostsOf(rest).some(isInternalHost)) continue;
    found.push(abuse(row, match.index, match.index + whole.length));
    if (found.length >= MAX_FINDINGS) break;
  }
  return found;
}

/**
 * The hosts of what follows `scheme://`: behind user information, before port, path, query and fragment. Where several
 * signs of user information stand, readers disagree, so each part is one.
 */
function hostsOf(rest: string): string[] {
  const authority = /^[^/\\?#]{0,512}/.exec(rest)?.[0] ?? '';
  const parts = authority.split('@');
  return (parts.length > 2 ? parts : parts.slice(-1)).map((host) =>
    host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d{0,5}$/, ''),
  );
}
