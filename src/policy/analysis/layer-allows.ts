import { type BundleContent, defaultOf } from '../content.ts';
import { layerWords } from '../layer.ts';
import type { RuleContent } from '../rule-schema.ts';
import type { RuleFinding } from './lint-issue.ts';

/**
 * An allow of a layer adds nothing to an allow for everyone, and does not relax the default where that is not marked:
 * without obligations and exceptions it is a rule that loads and never counts.
 */
export function allowsForNothing(rule: RuleContent, content: Pick<BundleContent, 'default'>): RuleFinding[] {
  const byDefault = defaultOf(content);
  const counts = byDefault.overridable || byDefault.action === 'allow';
  const isPlainAllow = rule.action === 'allow' && rule.overrides.length + rule.obligations.length === 0;
  if (rule.layer === undefined || counts || !isPlainAllow) return [];
  const message = `rule ${rule.id} of ${layerWords(rule.layer)} changes nothing: an allow of a layer relaxes only a default that is marked \`overridable: true\``;
  return [{ pointer: '/action', code: 'outranked', rule_ids: [rule.id], message }];
}
