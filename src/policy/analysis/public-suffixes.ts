import { parse } from 'tldts';
import type { RuleContent } from '../rule-schema.ts';
import type { RuleFinding } from './lint-issue.ts';

/** Suffixes of the list below which nobody can register a name either (RFC 8375). */
const SPECIAL_USE = new Set(['home.arpa']);

/** True of `com` and `github.io`; not of names that nobody can register below, such as `internal`. */
function isPublicSuffix(domain: string): boolean {
  if (SPECIAL_USE.has(domain)) return false;
  const { publicSuffix, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  return publicSuffix === domain && (isIcann === true || isPrivate === true);
}

/** A list that names `com` or `github.io` lets everybody in who can register a name below it. */
export function publicSuffixes(rule: RuleContent): RuleFinding[] {
  return Object.values(rule.args).flatMap(({ in_domains = [], not_in_domains = [] }) =>
    [...in_domains, ...not_in_domains].filter(isPublicSuffix).map(
      (domain): RuleFinding => ({
        code: 'public_suffix',
        rule_ids: [rule.id],
        pointer: '/args',
        message: `${domain} is a public suffix: anybody can own a name below it`,
      }),
    ),
  );
}
