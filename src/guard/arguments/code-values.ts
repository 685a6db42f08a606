// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of attackers look like templates

import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'code_injection', severity: 'high', weight: 4 } as const;

/** Code and queries in values, written so that a reader does not take them for such. */
export const CODE_VALUE_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'code.query_runs_code',
    isOfStructure: true,
    weight: 6,
    message: 'A document query that runs code on the server.',
    pattern: /["']\$(?:where|function|accumulator|eval)["']\s{0,3}:/gi,
    hits: ['{"a": {"$function": {"body": "x"}}}', '{"$where": "sleep(400)"}'],
    misses: ['{"where": "a = 1"}', '$where: the place', '{"$match": {"a": 1}}'],
  },
  {
    ...RISK,
    id: 'code.call_in_disguise',
    message: 'A function that runs programs is called by a way around its name.',
    pattern:
      /\(\s{0,2}["']?(?:system|exec|passthru|shell_exec|popen|assert|phpinfo|eval)\s{0,4}["']?\s{0,2}\)\s{0,2}\(|\[\s{0,2}["']?(?:system|exec|passthru|shell_exec)["']?\s{0,2}\]\s{0,2}[[(]|\(\w{1,6}\.\(\w{1,6}\)\.\w{1,6}\)\s{0,2}\(|<\?=?\s{0,4}(?:\$_(?:get|post|request|cookie|server)|system|exec|passthru|phpinfo|shell_exec|eval|\x60)|\$(\w{1,12})\s?=\s?["']?(?:system|exec|passthru|assert|eval)["']?;\s{0,2}\$\1\s?\(|\b(?:exec|system|passthru|eval|shell_exec)\s{0,2}\/\*[^*\n]{0,20}\*\/\s{0,2}\(|^\s{0,4}(?:io\.popen|kernel\.(?:exec|system)|%x[({[]|new\s{1,3}(?:java\.lang\.)?processbuilder|process\.start)\s{0,2}\(?\s{0,2}["'\w]|^\s{0,4}(?:new\s{1,3}function\s{0,2}\(\s{0,2}["']return|import\s{0,2}\(\s{0,2}["']child_process|print\s{1,3}\x60)|\\(?:immediate\\)?write18\b|\\(?:input|include|lstinputlisting|verbatiminput|openin\d{0,2})\s?[={]\s?(?:\/etc|\/proc|\.\.\/|~)|\bphp:function(?:string)?\s{0,2}\(|@\{\[\s{0,3}\(?\s{0,2}(?:system|exec|eval|do|uc|keys|core::|`|qx)|\bprocess\s{0,2}\[\s{0,2}["'](?:mainmodule|binding|env)|require\s{0,2}\(\s{0,2}["']child["']\s{0,2}\+|\.constructor\s{0,2}\(\s{0,2}["'\x60](?:return|alert|process|import)|\[\]\s{0,2}\.\s{0,2}(?:sort|map|filter|find|constructor)\b[^\n]{0,20}\x60|(?:\(!{1,2}\[\]\+\[\]\)|\+!!\[\]|\[\]\[\(!)|\b(?:window|self|top|parent|globalthis|frames|document)\s{0,2}(?:\/\*[^*\n]{0,20}\*\/\s{0,2})?\[\s{0,2}(?:\/\*[^*\n]{0,20}\*\/\s{0,2})?["'\x60/](?:al|alert|con|confirm|pro|prompt|ev|eval|cookie|settimeout|fetch)\b/gi,
    hits: [
      '("system")("id")',
      '(sy.(st).em)(id)',
      '[system][0](id);',
      "IO.popen('id')",
      '\\immediate\\write18{id}',
      '<?=$_GET[0]?>',
      "$a=system;$a('id');",
      "@{[system 'id']}",
      'window["al"+"ert"](1)',
      '[].sort.call`${alert}1`',
    ],
    misses: [
      "window['myApp'] = {}",
      '(value)(other)',
      "require('./config')['dev']",
      '<?xml version="1.0"?>',
      'exec (later)',
      '\\input{chapters/one}',
      'print "a"',
      'new this.constructor(a)',
    ],
  },
  {
    ...RISK,
    id: 'code.template_reach',
    message: 'An expression of a template that looks for what it can reach.',
    pattern:
      /\{\{=\s{0,3}\d{1,6}\s{0,2}[*+]\s{0,2}\d|\.class\.(?:mro|bases?|forname|subclasses)\b|\.(?:subclasses|mro)\(\)|\{%\s{0,3}for\b[^%\n]{0,60}\bconfig\.(?:items|iteritems)|_templatereference|gettemplatename\(|\bexecinfo\.templatestack|\btwig_environment\b|\{\$smarty\.(?:version|template)|["']options["']\s{0,2}:\s{0,2}["'](?:system|exec|passthru)|\bt\(java\.lang\.|\{\{\s{0,3}\w{0,20}\.?(?:__(?!proto)\w{3,20}__|constructor\.)|\$\{\s{0,2}(?:class|session|applicationscope|pagecontext|facescontext)\.\w{0,20}(?:classloader|getclass|request)/gi,
    hits: [
      '{{=7*8}}',
      '{{[].class.base.subclasses()}}',
      '{% for k, v in config.items() %}',
      '{$smarty.template_object}',
      "filter(0,0,1,{'options':'system'})",
    ],
    misses: ['{{ item.class.name }}', '{% for item in items %}', '{$smarty.now|date_format}', '{{= total }}'],
  },
  {
    ...RISK,
    id: 'code.document_declares',
    message: 'A document of markup that declares entities, imports code or calls a service.',
    pattern:
      /<!doctype\s{1,8}[\w:.-]{1,40}\s{0,8}\[\s{0,8}<!(?:entity|element|attlist|notation)\b|<\?import\s|<methodname>\s{0,3}(?:pingback\.ping|system\.(?:multicall|listmethods))|<!\[cdata\[<\]\]>|<xml\s[^>\n]{0,60}\bsrc\s?=/gi,
    hits: [
      '<!DOCTYPE m [<!ENTITY a "zzz">]>',
      '<?import namespace="x" implementation="http://evil.example/x.htc">',
      '<methodName>pingback.ping</methodName>',
    ],
    misses: [
      '<!DOCTYPE html>',
      '<![CDATA[<b>x</b>]]>',
      '<?xml version="1.0"?>',
      '<methodName>add</methodName>',
    ],
  },
  {
    ...RISK,
    id: 'code.directory_break',
    message: 'A value ends a condition of a directory query, or asks it for a secret letter by letter.',
    pattern:
      /\)\s{0,2}\(\s{0,2}[&|!]\s{0,2}$|^[\w=]{0,30}\*\)\(&|\){2}\(\|\(\||\((?:user)?(?:password|passwd|pwd|pin)=[^()*\n]{0,12}\*\)|^[\w*]{0,30}\){1,3}%00|^[\w*]{1,30}\)\(!?\(?[&|(]/gi,
    hits: ['user=*)(&', 'eve))(|(|', '(&(cn=root)(userPassword=b*))', 'eve)(!(&(1=0'],
    misses: ['(&(objectClass=person)(uid=ann))', 'f(x)(y)', '(a)(b)', '(cn=a*)'],
  },
];
