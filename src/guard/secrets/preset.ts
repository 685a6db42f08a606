import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Redaction } from '../finding.ts';

/**
 * What of a secretlint rule is used. The rules are called directly: the core of that project profiles every rule of
 * every scan and grows without bound in a long-running process.
 */
type LintRule = {
  messages: unknown;
  meta: { id: string };
  create(context: LintContext, options: object): { file(source: LintSource): void | Promise<void> };
};
type LintContext = {
  report(report: { range: readonly [number, number] }): void;
  ignore(): void;
  createTranslator(): () => { message: string };
  sharedOptions: object;
};
type LintSource = { content: string; ext: string; filePath: string; contentType: 'text' };

const PREFIX = '@secretlint/secretlint-rule-';
/**
 * Left out: comments in hostile text must not switch findings off, and the Google rule reads files. Its key files
 * are found as private keys.
 */
const LEFT_OUT = new Set(['filter-comments', 'gcp']);

/** One rule of the preset: the secrets it sees in a text, with offsets into that text. */
export type PresetRule = { name: string; find(text: string): Redaction[] };

/** The rules of the preset, each created once. Synchronous and without I/O; a found value never leaves in a message. */
export function presetRules(): Map<string, PresetRule> {
  const found: Redaction[] = [];
  const created = new Map<string, PresetRule>();
  // The package types its rules by a package of types that it does not install.
  for (const rule of rules as unknown as readonly LintRule[]) {
    const name = rule.meta.id.slice(PREFIX.length);
    if (LEFT_OUT.has(name)) continue;
    const kind = name.replaceAll('-', '_');
    const { file } = rule.create(
      {
        report: ({ range: [start, end] }) => found.push({ start, end, kind }),
        ignore: () => undefined,
        createTranslator: () => () => ({ message: '' }),
        sharedOptions: {},
      },
      {},
    );
    created.set(name, {
      name,
      find(text) {
        found.length = 0;
        file({ content: text, ext: '.txt', filePath: 'text.txt', contentType: 'text' });
        return found.splice(0);
      },
    });
  }
  return created;
}
