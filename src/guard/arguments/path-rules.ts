import type { ArgumentRule } from './argument-rule.ts';

export const PATH_RULES: readonly ArgumentRule[] = [
  {
    id: 'path.traversal',
    category: 'path_traversal',
    severity: 'high',
    weight: 6,
    message: 'Climbs out of the directory it is meant to stay in.',
    pattern:
      /(?:^|[\s=:/\\])(?:\.{2,3}[/\\]{1,2}){3,64}|(?:\.{3}[/\\]\.[/\\]){2,64}|(?:%u(?:ff0e|002e|2024|2215|2216|ff0f|005c|002f)){2,8}|(?:\.|%(?:25){0,4}(?:2e|c0%(?:25){0,4}(?:ae|2e|6e|ee)|e0%(?:25){0,2}(?:40|80)%(?:25){0,2}ae|f0%80%80%ae)|%u(?:ff0e|002e|2024)|%%32%65|0x2e|\\x2e|\\u002e|&#(?:46|x2e);?){2,3}(?:%(?:25){0,4}(?:2f|5c|c0%(?:25){0,4}(?:af|2f|5c|9v|qf)|c1%(?:25){0,4}(?:9c|1c|8s|pc|af)|e0%80%af|f0%80%80%af|f8%80%80%80%af|fc%80%80%80%80%af|bg%qf)|%u(?:2215|2216|ff0f|005c|002f|efc8|f025)|%%32%66|%%35%63|0x[25][fc]|\\x(?:2f|5c)|\\u00(?:2f|5c)|&#(?:47|92|x2f|x5c);?)|(?:%(?:25){0,4}(?:2e|c0%(?:25){0,4}(?:ae|2e|6e|ee)|e0%(?:25){0,2}(?:40|80)%(?:25){0,2}ae|f0%80%80%ae)|%u(?:ff0e|002e|2024)|%%32%65|0x2e|\\x2e|\\u002e|&#(?:46|x2e);?){2}(?:[/\\]|$)|\.(?:%(?:25){0,4}(?:2e|c0%(?:25){0,4}(?:ae|2e|6e|ee)|e0%(?:25){0,2}(?:40|80)%(?:25){0,2}ae|f0%80%80%ae)|%u(?:ff0e|002e|2024)|%%32%65|0x2e|\\x2e|\\u002e|&#(?:46|x2e);?)[/\\]|(?:%(?:25){0,4}(?:2e|c0%(?:25){0,4}(?:ae|2e|6e|ee)|e0%(?:25){0,2}(?:40|80)%(?:25){0,2}ae|f0%80%80%ae)|%u(?:ff0e|002e|2024)|%%32%65|0x2e|\\x2e|\\u002e|&#(?:46|x2e);?)\.[/\\]|(?:\.\.(?:[/\\]{2,4}|\?[/\\]|%00[/\\]|%0[ad][/\\])){2,64}|\.(?:%00|%0a|%20|\?)\.[/\\]|(?:\.{4}\/\/){2,64}|\.\.(?:\\\/|;\/)|(?:\.\.[/\\]){1,20}(?:etc|proc|windows|winnt|boot\.ini|root|\.env(?![\w.-])|\.git\/|\.ssh|\.aws|\.htpasswd|\.htaccess|web\.config|wp-config\.php|web-inf)\b|^\s{0,3}\\\\(?:\d{1,3}(?:\.\d{1,3}){3}|[\w.-]{1,80}@(?:ssl|\d{2,5}))[\\/]|^\s{0,3}[\\/]{2}[?.][\\/](?:[a-z]:|globalroot|unc\b|pipe[\\/]|physicaldrive)/gi,
    hits: [
      '../../../../etc/shadow',
      '..%2f..%2fsecret',
      '....//....//etc/passwd',
      '..\\..\\..\\windows\\win.ini',
    ],
    misses: ['see ../../lib/x.js', 'and so on.../', '../README.md'],
  },
  {
    id: 'path.sensitive_file',
    category: 'path_traversal',
    severity: 'high',
    weight: 6,
    message: 'Names a file with passwords or keys of the machine.',
    pattern:
      /\/etc\/(?:\.?\/){0,8}(?:passwd|shadow|sudoers|gshadow|master\.passwd)\b|\/proc\/(?:self|\d{1,7})\/(?:environ|cmdline|mem|fd|cwd|exe|maps|root|status|mounts|task)\b|\/proc\/(?:net\/(?:tcp|udp|arp|route|fib_trie)|sched_debug|kcore)\b|\b(?:c:)?[/\\](?:windows|winnt)[/\\](?:win\.ini|system\.ini|repair[/\\]sam|system32[/\\](?:config[/\\]\w{2,8}|drivers[/\\]etc[/\\]\w{2,10}))\b|\b(?:inetpub|wwwroot)[/\\][\w/\\.-]{0,80}web\.config\b|\bboot\.ini\b|\/\.ssh\/(?:id_\w{2,10}\b(?!\.pub)(?<!\s-[if]\s{1,2}["']?[~\w/$.{}-]{0,40})|authorized_keys\b)|\/\.aws\/credentials\b|\bntds\.dit\b|\/\.(?:bash|zsh|mysql|psql)_history\b|\/\.kube\/config\b|\/\.docker\/config\.json\b|\/\.(?:netrc|pgpass|git-credentials)\b|\/(?:var\/)?run\/secrets\/kubernetes\.io\/|\/(?:var\/)?run\/docker\.sock\b|\bweb-inf[/\\]web\.xml|\/\.htpasswd\b|\bwp-config\.php\b|\/root\/\.\w|\/etc\/(?:ssl\/private|crontab|cron\.d|cron\.(?:daily|hourly)|sudoers\.d|ld\.so\.preload)\b/gi,
    hits: [
      '/etc/passwd',
      'file=C:\\windows\\win.ini',
      '~/.ssh/id_rsa',
      '/home/ann/.kube/config',
      '--output=/etc/cron.d/job',
    ],
    misses: ['/etc/hosts', '/proc/cpuinfo', 'my ssh key is lost'],
  },
  {
    id: 'path.null_byte',
    category: 'path_traversal',
    severity: 'high',
    weight: 6,
    message: 'Cuts a path short with a NUL character.',
    pattern: /(?<=[\w.-])(?:%00|\\x00|\0)(?:\.\w{1,5})?$/g,
    hits: ['secret.txt%00.png'],
    misses: ['100%', 'a%200b'],
  },
];
