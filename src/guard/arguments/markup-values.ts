import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'code_injection', severity: 'high', weight: 4 } as const;

/** Markup that runs code by ways that writers of pages do not take. */
export const MARKUP_VALUE_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'code.style_runs',
    message: 'A style that runs code or takes it from elsewhere.',
    pattern:
      /style\s{0,2}=\s{0,2}["']?[^"'>\n]{0,120}(?:expression\s{0,2}\(|behavior\s{0,2}:\s{0,2}url|-moz-binding|javascript:|\\[0-9a-f]{2,6}\\[0-9a-f]{2,6})|^[^<\n]{0,10}<style\b[^>\n]{0,40}>[^<\n]{0,20}@im?\\?port[^<\n]{0,120}<\/style>\s{0,3}$|@im\\port|<style\b[^>\n]{0,60}>[^<\n]{0,60}(?:expression\s?\(|-moz-binding|-o-link)/gi,
    hits: [
      '<div style="width:expression(go(1))">',
      '<p style="behavior:url(x.htc)">',
      "<style>@import'http://evil.example/x.css';</style>",
    ],
    misses: ['<div style="color: red; width: 100%">x</div>', '<style>body { margin: 0 }</style>'],
  },
  {
    ...RISK,
    id: 'code.event_runs',
    message: 'An element that runs code by itself, or code whose letters are hidden.',
    pattern:
      /<[a-z]{1,20}[\s/][^<>]{0,160}\bon[a-z]{3,30}\s{0,3}=\s{0,3}["'\x60]?[^"'<>\n]{0,40}(?:&#x?[0-9a-f]{2}|&lpar;|&tab;|&newline;|&lt;|\\u00[0-9a-f]{2})|<[a-z]{1,20}[\s/][^<>]{0,160}\bon(?!click|submit|change|keyup|input)[a-z]{3,30}\s{0,3}=\s{0,3}["'\x60]?[^"'<>\n]{0,40}\b(?:alert|confirm|prompt|eval|atob|write|print)\s{0,2}[(\x60]|<(?:animate|set|animatetransform|animatemotion|handler)\b[^<>]{0,120}(?:attributename\s{0,2}=\s{0,2}["']?(?:href|on\w{3,20}|xlink:href)|javascript:|ev:event)|\b(?:dynsrc|lowsrc|background|code|codebase|poster)\s{0,3}=\s{0,3}["'\x60]?\s{0,4}(?:javascript|vbscript):|<(?:link|bgsound|img|image|input|frame|table|td|base|isindex|layer|applet|area|embed)\b[^<>]{0,120}=\s{0,2}["'\x60]?\s{0,4}(?:&#?\w{1,8};\s{0,2}){0,3}(?:javascript|vbscript|livescript|mocha)\s{0,2}(?::|&)|(?:javascript|data|vbscript)(?:&colon;|&#0{0,6}58;?|&#x0{0,6}3a;?|\\3a)|<meta\b[^>]{0,80}refresh[^>]{0,80}(?:javascript|data:|&colon;)|<object\b[^>]{0,80}type\s{0,2}=\s{0,2}["']?text\/(?:x-scriptlet|html)|\+adw-\/?(?:script|img|svg)|\uff1c\s{0,2}\/?\s{0,2}(?:script|img|svg|iframe)|<base\s[^>]{0,40}href\s{0,2}=\s{0,2}["']?\/\/|<script\b[^>]{0,60}>[^<\n]{0,20}(?:\/\*|\\u00|~)[^<\n]{0,60}(?:alert|confirm|prompt|\\u00)|<(?:script|iframe|svg|img|body|object)\/[a-z\s]|=\s{0,2}["'\x60]?\s{0,2}(?:%[01][0-9a-f]|&#x?[0-9a-f]{1,6};?){1,6}\s{0,2}(?:javascript|vbscript|data):|\bjav(?:&#x?[0-9a-f]{1,6};?|&(?:tab|newline);|%0[0-9a-d]|[\t\r\n])ascript|\bon[a-z]{3,30}\s{0,3}=\s{0,3}[^<>\n]{0,12}javascript:/gi,
    hits: [
      '<blink onmouseover=pr&#x6F;mpt(1)>',
      '<input onfocus=eval(name) autofocus>',
      '<animate attributeName=href values=go() />',
      '<IMG DYNSRC="javascript:go()">',
      '<a href="javascript&colon;go()">x</a>',
      '+ADw-script+AD4-go()',
    ],
    misses: [
      `<a href="#" onclick="return confirm('Delete?')">x</a>`,
      '<img src="logo.png" alt="Logo">',
      '<meta http-equiv="refresh" content="5; url=https://acme.example/">',
      '<link rel="stylesheet" href="/static/app.css">',
      '<img src="a.png"/>',
      '<body onload="init()">',
    ],
  },
];
