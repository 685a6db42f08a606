import type { Severity } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import { unescapedPieces } from '../views/unescaped.ts';
import type { Span } from '../views/view.ts';
import type { ArgumentRule } from './argument-rule.ts';
import { ARGUMENT_RULES } from './argument-rules.ts';
import { isInternalHost } from './internal-address.ts';

export type Abuse = Span & {
  id: string;
  category: string;
  severity: Severity;
  weight: number;
  message: string;
};

/** No rule can match a text without one of these. */
const WORTH_A_LOOK =
  /[;|&`$'"\\\n=%(){}*\0<!]|\.\.|:\/\/|\/(?:etc|proc|bin|dev|\.ssh|\.aws)\/|nion\s|NION\s|boot\.ini|ntds\.dit|shell|^\s{0,4}(?:which|whereis|command|whoami|sysinfo|ipconfig|ifconfig|tasklist|uname)\b|\bnet1?\s|^\s{0,4}(?:rO0AB|gASV|AAEAAAD|aced0005|javascript:|vbscript:|[=+@-])|_history|\/\.(?:kube|docker|netrc|pgpass|git)|\/secrets\/|netsh\s|xxd\s|order by|ORDER BY/;
/** A whole command line or SQL statement is no attack by its form: policy says which tools may take one. */
const SQL_STATEMENT =
  /^[\s("'`]{0,8}(?:select|insert|update|delete|with|create|alter|drop|merge|explain|grant|set|use|begin|declare|show|describe|truncate|--|\/\*)\b/i;
const ADDRESS =
  /\b(https?|ftp|wss?|file|gopher|dict|ldaps?|tftp|sftp|jar|phar|php|expect|netdoc):(?:\/\/|\\\\)([^\s"'<>`]{0,2048})/gi;
const MAX_FINDINGS = 32;

/**
 * Abuse of an argument that shows without knowing its role: a value that breaks out of a shell word or an SQL
 * literal, a path that climbs or names a key file, an address that leads inwards or uses a scheme no tool should.
 */
export function argumentAbuse(text: string): Abuse[] {
  if (!WORTH_A_LOOK.test(text)) return [];
  const abuses = [...internalAddresses(text), ...ruleHits(text)];
  if (abuses.length === 0 && text.includes('%')) return escapedHits(text);
  return abuses.slice(0, MAX_FINDINGS);
}

function ruleHits(text: string): Abuse[] {
  const isStatement = SQL_STATEMENT.test(text);
  return ARGUMENT_RULES.filter((rule) => !(rule.onlyInValue === 'sql' && isStatement)).flatMap((rule) =>
    matches(rule, text),
  );
}

function matches(rule: ArgumentRule, text: string): Abuse[] {
  const found: Abuse[] = [];
  for (const match of matchesOf(text, rule.pattern, MAX_FINDINGS)) {
    if (match[0] === '') continue;
    found.push(abuse(rule, match.index, match.index + match[0].length));
    if (found.length >= MAX_FINDINGS) break;
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

/** What shows only after percent escapes are undone stands for the whole text. */
function escapedHits(text: string): Abuse[] {
  const decoded = (unescapedPieces(text) ?? []).map((piece) => piece.text).join('');
  if (decoded === '' || decoded === text) return [];
  return [...internalAddresses(decoded), ...ruleHits(decoded)]
    .slice(0, 1)
    .map((hit) => abuse(hit, 0, text.length));
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
  for (const match of matchesOf(text, ADDRESS)) {
    const [whole, scheme = '', rest = ''] = match;
    const row = /^(?:https?|ftp|wss?|sftp|ldaps?)$/i.test(scheme) ? INTERNAL : SCHEME;
    if (row === INTERNAL && !isInternalHost(hostOf(rest))) continue;
    found.push(abuse(row, match.index, match.index + whole.length));
    if (found.length >= MAX_FINDINGS) break;
  }
  return found;
}

/** The host of what follows `scheme://`: behind user information, before port, path, query and fragment. */
function hostOf(rest: string): string {
  const authority = /^[^/\\?#]{0,512}/.exec(rest)?.[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d{0,5}$/, '');
}
