import type { ArgumentRule } from './argument-rule.ts';

export const PATH_RULES: readonly ArgumentRule[] = [
  {
    id: 'path.traversal',
    category: 'path_traversal',
    severity: 'high',
    weight: 6,
    message: 'Climbs out of the directory it is meant to stay in.',
    pattern:
      /(?:^|[\s"'=:/\\])(?:\.{2,3}[/\\]{1,2}){3,64}|(?:\.|%2e|%252e|%c0%ae){2}(?:%2f|%5c|%252f|%255c|%c0%af|%c1%9c)|(?:%2e|%252e|%c0%ae){2}[/\\]|(?:\.{4}\/\/){2,64}|\.\.(?:\\\/|;\/)|(?:\.\.[/\\]){1,20}(?:etc|proc|windows|winnt|boot\.ini|root)\b/gi,
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
      /\/etc\/(?:passwd|shadow|sudoers|gshadow|master\.passwd)\b|\/proc\/(?:self|\d{1,7})\/(?:environ|cmdline|mem|fd)\b|\b(?:c:)?[/\\](?:windows|winnt)[/\\](?:win\.ini|system\.ini|repair[/\\]sam|system32[/\\]config[/\\]\w{2,8})\b|\bboot\.ini\b|\/\.ssh\/(?:id_\w{2,10}|authorized_keys)\b|\/\.aws\/credentials\b|\bntds\.dit\b|\/\.(?:bash|zsh|mysql|psql)_history\b|\/\.kube\/config\b|\/\.docker\/config\.json\b|\/\.(?:netrc|pgpass|git-credentials)\b|\/(?:var\/)?run\/secrets\/kubernetes\.io\/|\/etc\/(?:cron\.d|cron\.(?:daily|hourly)|sudoers\.d|ld\.so\.preload)\b/gi,
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
