import type { ArgumentRule } from './argument-rule.ts';

const RISK = { severity: 'high', weight: 4 } as const;

/** Places that are written so that they are not read as what they are: paths, hosts, ends of lines. */
export const PLACE_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'path.climbs_from_root',
    category: 'path_traversal',
    message: 'A path climbs above where it begins.',
    pattern:
      /^\s{0,3}[/\\]{1,2}\.\.[/\\]{1,2}\.\.(?:[/\\]|$)|(?:\.\.(?:2f|5c|0x2f|0x5c)){2}|(?:(?:\.\.(?:%0[0-9a-f]|\?)|\.(?:%00|\?)\.|\?\.|\.\?|(?:%f8(?:%80){3}%ae|%fc(?:%80){4}%ae|%c0ae|%c0%2e){2})(?:[/\\]{1,3}|%(?:25)?(?:2f|5c|c[01]%(?:25)?\w\w|e0%80%af|f0%80%80%af|u\w{4}|bg%qf)|%%3\d%\d\w|0x[25][fc])){2}|(?:\.\.(?:%0[0-9a-f]|\?)|\.(?:%00|\?)\.|\?\.|\.\?|(?:%f8(?:%80){3}%ae|%fc(?:%80){4}%ae|%c0ae|%c0%2e){2})(?:[/\\]{1,3}|%(?:25)?(?:2f|5c|c[01]%(?:25)?\w\w|e0%80%af|f0%80%80%af|u\w{4}|bg%qf)|%%3\d%\d\w|0x[25][fc])(?:etc|boot\.ini|windows|winnt|proc)\b|(?:\.{3}[/\\]{1,4}){2}|(?:\.{3}[/\\](?:[/\\]{1,3}|%(?:25)?(?:2f|5c|c[01]%(?:25)?\w\w|e0%80%af|f0%80%80%af|u\w{4}|bg%qf)|%%3\d%\d\w|0x[25][fc])){2}|%5c\.\.[/\\]|[/\\]\.\.;[/\\]|(?:%systemroot%|windows|winnt)[/\\]{1,2}(?:repair|system32[/\\]{1,2}config)[/\\]{1,2}\w/gi,
    hits: ['\\..\\..\\..\\boot', '..2f..2f..2fetc', '/%5c../%5c../key', 'type %SYSTEMROOT%\\repair\\SAM'],
    misses: ['../../shared/types.ts', '/a/../b', 'windows\\repairs.txt', '...2f'],
  },
  {
    ...RISK,
    id: 'path.climbs_encoded',
    category: 'path_traversal',
    message: 'A path that climbs, written in base64.',
    pattern: /(?:^|[^A-Za-z0-9+/])(?:Li4v){2,64}|(?:^|[^A-Za-z0-9+/])(?:Li5c){2,64}/g,
    hits: ['Li4vLi4vLi4vc3J2L2tleQ=='],
    misses: ['Li4v', 'aLi4vLi4v'],
  },
  {
    ...RISK,
    id: 'ssrf.odd_number',
    category: 'internal_address',
    message: 'The host of an address is a number that nobody writes so.',
    pattern:
      /\bhttps?:(?:\/{0,3}|\\{1,3})(?:[^\s/@]{0,60}@)?(?=[0-9a-fx.]{0,60}(?:0x[0-9a-f]|(?<![\da-f])0\d))[0-9a-fx]{1,20}(?:\.[0-9a-fx]{1,14}){0,3}(?=[/:?#\s"'<]|$)|:\/\/(?<=[a-z]:\/\/)(?:[^\s/@]{0,60}@)?(?:0x[0-9a-f]{6,10}|0[0-7]{9,16})(?=[/:?#\s"'<]|$)|\bhttps?:\/{2}\d{8,10}(?=[/:?#\s"'<]|$)|:(?:\/\/)?\[(?<=[a-z]:(?:\/\/)?\[)[0-9a-f:.]{2,60}(?:169\.254|a9fe|7f00|127\.0)|:\/\/(?<=[a-z]:\/\/)[\u2460-\u24ff.]{4,40}|\bhttps?:(?:[^\s/@]{0,60}@)?\[[0-9a-f:.]{2,60}\]/gi,
    hits: ['http:0xA9FEA9FE', 'http://0251.0376.0251.0376/', 'http:u:p@0xd83ad6ce', 'rtmp://017700000001'],
    misses: [
      'http://0x0.st/a',
      'https://10.example.com/',
      'tel:0151234567',
      'https://fa0.de/',
      'http://1.2.3.4/',
    ],
  },
  {
    ...RISK,
    id: 'ssrf.hidden_host',
    category: 'internal_address',
    message: 'The host of an address is hidden behind encoded signs.',
    pattern:
      /^\s{0,3}\/{1,2}%5c|^\s{0,3}\/{1,2}[\w.-]{1,60}%e3%80%82|^\s{0,3}\/{1,2}[\w.-]{0,60}\u3002|\bhttps?:\/\/[^\s/]{0,60}%(?:00|09|0a|0d|23|2f|3f|5c)[^\s/]{0,20}[.@]|\bhttps?:\/\/[^\s/@?#]{0,60}%(?:25)?40[\w.-]{2,60}/gi,
    hits: ['//%5cevil.example', '//evil%E3%80%82example', 'http://acme.example%2f@evil.example'],
    misses: ['//cdn.acme.example/x.js', 'https://acme.example/a%2Fb', 'https://acme.example?x=a%40b.example'],
  },
  {
    ...RISK,
    id: 'code.line_end_hidden',
    category: 'code_injection',
    message: 'A value begins with an encoded end of a line, or holds one encoded twice.',
    pattern:
      /^\s{0,3}\/?(?:%20){0,4}%0[ad]|^(?!https?:)[^\s]{0,80}?(?:%25(?:0[ad]|%?30%?(?:61|64|41|44))|%u000[ad]|%%0[ad]0[ad]|%e5%98%8[ad]|%0%0[ad]|%c4%8[ad])|(?:%0d%0a|%0a|\r\n|\\r\\n)\s?(?:rcpt\s{1,2}to\b|mail\s{1,2}from\s{0,2}:|data(?:%0d|\r\n|\\r)|quit(?:%0d|\r\n|\\r|$)|apop\s|(?:ehlo|helo|vrfy)\s|[a-z]\d{1,4}\s(?:search|fetch|login|list|select|store|logout|append|authenticate)\s)/gi,
    hits: ['%0d%0aNEXT', 'x%250aX-Next:1', 'a%0d%0aQUIT%0d%0a', 'a%0d%0aRCPT TO:<eve@evil.example>'],
    misses: [
      'mailto:ann@acme.example?body=Hi%0D%0AAnn',
      'https://acme.example/?u=a%250Ab',
      'first%20second',
      '100%0',
    ],
  },
];
