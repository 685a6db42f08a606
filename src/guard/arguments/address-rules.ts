import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'internal_address', severity: 'high', weight: 4 } as const;

/** Addresses that lead elsewhere than they look, and headers and options that hide in values. */
export const ADDRESS_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'ssrf.disguised_target',
    message: 'An address that leads elsewhere than it seems to.',
    pattern:
      /^\s{0,3}(?:\/{3,8}|\/\\{1,3}|\\{1,3}\/|\/%(?:09|0a|0d|5c|2f)|%(?:2f%2f|5c%5c|09\/)|\/{2}[\w.-]{1,80}(?:\/%2[ef]|%2f|%5c|@|%40)|\/[\t\n]\/)[\w/\\%.-]{2}|^\s{0,3}https?:(?:[^/\\\s:]|\/(?!\/)|\\{1,2})(?=[\w.-]{1,80}\.\w{2,12}(?:[/?#:]|$))|^\s{0,3}https?:\/{3,6}\w|\bhttps?:\/\/[\w-]{1,60}(?:\.[\w-]{1,60}){0,5}\.(?:com|net|org|io|edu|gov|co|example|test|app|dev|cloud)(?::\d{1,5})?(?:%40|@)[\w.-]{1,80}|\bhttps?:\/\/[^\s/]{1,80}[#?\\]@|\?(?:next|return\w{0,8}|redirect\w{0,8}|url)=\/\/|[?&](?:next|url|u|redir\w{0,12}|return\w{0,8}|dest\w{0,8}|continue|goto|target|out|view|forward|checkout_url|success_url|callback)=(?:\/{2}|\/\\|%2f%2f|%5c|\\\\|javascript:|https?:\/\/[^&\s]{0,60}%0[da])|\bjar:(?:https?|file|ftp):|\b(?:local_file|netdoc|zip|rar|zlib|glob|compress\.\w{2,6}|ogg|ssh2(?:\.\w{2,6})?|data|view-source|mhtml|ms-its|its|unc|slp|rmi|iiop|smb|nfs|afp):\/\/|\bhttps?:\/\/[^\s/]{0,80}[\u2460-\u24ff\uff01-\uff5e\u3002\uff61][^\s/]{0,80}/gi,
    hits: [
      '////evil.example',
      '/\\evil.example',
      '//evil.example/%2f..',
      'https:evil.example',
      'https://acme.example@evil.example',
      'jar:http://evil.example!/x',
      'zip://a.jpg%23b.php',
      '/login?next=//evil.example',
    ],
    misses: [
      '//cdn.acme.example/lib.js',
      'https://user@git.acme.example/a.git',
      'https://acme.example/oauth?redirect_uri=https%3A%2F%2Fapp.acme.example%2Fcb',
      'https://first.last@git.acme.example/a.git',
      'http: the protocol',
      '/srv/a//b',
    ],
  },
  {
    ...RISK,
    id: 'ssrf.callback_host',
    message: 'A name that exists to show that an address was fetched, or that turns into an inner one.',
    pattern:
      /(?:^|[\s/.@"'`=(])(?:[\w-]{1,63}\.){0,6}(?:burpcollaborator\.net|oastify\.com|interact\.sh|interactsh\.com|oast\.(?:pro|live|site|online|fun|me)|dnslog\.(?:cn|pw|link)|ceye\.io|requestbin\.(?:com|net)|webhook\.site|rbndr\.us|1u\.ms|canarytokens\.(?:com|org)|xss\.ht|bxss\.me|dnsbin\.\w{2,8}|pingb\.in|tukk\.in|nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|lacolhost\.com|vcap\.me|yoogle\.com|readme\.localtest\.me)(?![\w-])/gi,
    hits: ['http://x.burpcollaborator.net', 'http://7f000001.c0a80001.rbndr.us/', 'nslookup a.oast.fun'],
    misses: ['https://snip.io.example/', 'interact with it', 'the webhook of the site'],
  },
  {
    ...RISK,
    id: 'code.header_hidden',
    category: 'code_injection',
    message: 'An encoded line end in a value, and a header or a document of its own behind it.',
    pattern:
      /^(?!\s{0,3}mailto:)[^\n]{0,400}?(?:%0d(?:%0a)?|%0a|%25?0d%25?0a|%e5%98%8a(?:%e5%98%8d)?|%c4%8d%c4%8a|%u000d%u000a|\\r\\n)(?:%20|%09|\s){0,2}(?:[a-z][\w-]{2,40}(?::|%3a)(?!\/\/|%2f%2f)|http\/1|%3c(?:html|script|svg)|<(?:html|script|svg))/gi,
    hits: ['/%E5%98%8A%E5%98%8DLocation:%20http://evil.example', 'x%0d%0aX-Injected:%20yes'],
    misses: ['mailto:ann@acme.example?body=Hi%0D%0ARegards:%20Bob', 'a%0ab', 'C:\\reports\\new'],
  },
  {
    ...RISK,
    id: 'shell.option_in_value',
    category: 'shell_injection',
    message: 'A value is an option that makes a program write, read or start something.',
    pattern:
      /^\s{0,3}-{1,2}(?:o|out(?:put)?(?:-file|-document)?|log-file|dest(?:ination)?|post-file|upload-file|T|dump-header|trace)(?:[= ]|(?=\/))\s{0,2}["']?(?:\/var\/www|\/etc\/|\/root\/|~\/\.|\/home\/[\w.-]{1,40}\/\.|\/usr\/(?:s?bin|lib)|\/tmp\/\.|\.\.\/)|^\s{0,3}--(?:exec|shell|rsh|rsync-path|to-command|checkpoint-action|use-askpass|upload-pack|receive-pack|open-files-in-pager|proxy-command|init-command|use-compress-program|compress-program|pre-command|post-command|script-security|config-env|ext-diff)(?:[= ]\s{0,2}\S|$)|^\s{0,3}-(?:rf|fr|R|r)\s{1,3}(?:\/|~|\*)|(?:core\.(?:sshcommand|fsmonitor|gitproxy|hookspath|editor|pager)|diff\.external|protocol\.ext\.allow|sequence\.editor)\s{0,2}=\s{0,2}["']?(?!["']?(?:vim?|nano|emacs|less|cat|code|true|false|ssh\b|\.githooks|\.husky|$))\S|\bext::(?:sh|bash|\w{1,12}\s)|\bssh:\/\/-\w|^\s{0,3}-o\s{0,2}(?:proxycommand|localcommand|permitlocalcommand|pkcs11provider|knownhostscommand)\b|@?--(?:interpreter|load-extension|require-module)=(?:\/tmp|\.\.)|^\s{0,3}-{1,2}\w{1,12}[= ]\s{0,2}["']?(?:(?:system|exec|eval|os\.\w{1,8})\s{0,2}\(|\/bin\/(?:ba|da|z)?sh\b)|^\s{0,3}-exec(?:dir)?\s/gi,
    hits: [
      '--output=/var/www/html/shell.php',
      '-rf /',
      '--config=core.sshCommand=touch /tmp/x',
      'ext::sh -c touch% /tmp/x',
      'ssh://-oProxyCommand=id/x',
      '--exec=/bin/sh',
    ],
    misses: [
      '--dry-run',
      '--output=json',
      '-v',
      '--exclude=node_modules',
      '-r requirements.txt',
      'core.editor=vim',
    ],
  },
];
