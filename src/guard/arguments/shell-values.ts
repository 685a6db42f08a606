// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of attackers look like templates

import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'shell_injection', severity: 'high', weight: 4 } as const;
/** Programs that no sentence holds. */
const PROGRAM =
  '(?:reg|findstr|od|xxd|base64|base32|nohup|df|du|uptime|getent|lsof|ss|docker|podman|kubectl|git|npm|pip3?|tar|zip|unzip|scp|ssh|sftp|ftp|tftp|rsync|openssl|gcc|lua|awk|sed|grep|egrep|cp|mv|ln|dd|mkdir|rmdir|arp|ip|traceroute|tracert|attrib|del|erase|cscript|wscript|net1|systemctl|cmd|xargs|tee|top|iwr|irm|calc|notepad|stat|strings|vi|vim|nano|sudo|su|passwd|adduser|usermod|setfacl|insmod|modprobe|sysctl|dmesg|journalctl|nmap|tcpdump|nslookup|dig|rev|lynx|aria2c|screen|tmux|pkill|env|printenv|hostname|busybox)';
/** The same of programs that are words as well. */
const WORD =
  '(?:find|export|set|head|tail|more|less|mount|w|who|last|sort|date|users|groups|history|alias|exec|eval|source|host|copy|move|format|service|time|node|which|uniq|cut|ls|ps|id|cat|dir|type|echo|unset|exit)';

/** Values that begin with what parts commands, and commands that are written to look like something else. */
export const SHELL_VALUE_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'shell.begins_with_separator',
    message: 'A value begins with what ends a command, and goes on with another one.',
    pattern: new RegExp(
      [
        `^\\s{0,4}[;|&]{1,3}\\s{0,3}(?![^|\\n]{1,80}\\|[^\\n]{0,400}\\|\\s{0,3}(?:\\n|$))(?:${PROGRAM}\\b(?![;=:.,])|/(?:[\\w.]{1,20}/){1,6}\\w)`,
        `^\\s{0,4}(?:;|\\||&&)[;|&]{0,2}\\s{0,3}(?![^|\\n]{1,80}\\|[^\\n]{0,400}\\|\\s{0,3}(?:\\n|$))(?:${WORD}(?:\\s{1,3}[-/~$.\\\\%*"']|\\s{0,3}(?:[;|&#'"\\0\\n]|$))|which\\s\\w{1,12}\\s{0,2}$|timeout\\s{1,2}\\d)`,
        `^\\s{0,4}(?:;|\\|\\||&&)\\s{0,3}${WORD}\\s{0,3}(?:;|\\|\\||&&)`,
        `^\\s{0,4}&\\s{0,3}${WORD}\\s{1,3}[-/~$.\\\\%*]`,
        '[;|&]\\s{0,3}for\\s{1,4}/[fdrl]\\s',
        '\\bfor\\s{1,4}/f\\b[^\\n]{0,80}\\bin\\s{0,3}\\(\\s{0,3}["\']?\\s{0,2}(?:cmd|powershell)\\b',
        '[;|&]\\s{0,3}set\\s{1,3}/[ap]\\b',
      ].join('|'),
      'gi',
    ),
    hits: [
      '|| reg query HKLM\\SAM',
      ';getent passwd',
      '; find / -name id',
      '||date||',
      '& FOR /F "tokens=1" %A IN (x) DO y',
    ],
    misses: [
      '| id | name | date |',
      '| git | a tool |\n|---|---|',
      '& more',
      '&copy; 2026 Acme',
      '&date=2026-11-30',
      '; time for tea',
      '|> map(f)',
    ],
  },
  {
    ...RISK,
    id: 'shell.word_cut_up',
    message: 'The name of a program or a file has signs in it that the shell takes out again.',
    pattern:
      /\/(?:etc|bin|s?bin|usr|proc|home|var)\/[\w/]{0,20}\[[\w-]{1,3}\]\w|(?:^|[;|&\x60\n(])\s{0,3}\{,\s?\w{2,12}\}|[a-z]\$[-_!]\w{1,8}[\s+]{1,2}[/~]|\x60\s{0,2}\w{1,12}\s{0,2}<<<|\$\(\s{0,2}\x60|^\s{0,4}\w{0,24}\$\(\s{0,2}(?:dir|ipconfig|netstat|ver|ps|pwd|env|set|type|net|systeminfo|tasklist|timeout|phpinfo|system|python3?|perl|php|sh|bash|rm|echo|which|w)\b[^)\n]{0,80}\)\w{0,24}\s{0,3}$|[(\x60]\s{0,2}printf\s{1,3}["']?\\{1,2}(?:x(?!1b)[0-9a-f]|[0-7]{3}(?<!033))|\$\{\s{0,2}\x60|[a-z]\$\(\)\s|(?:^|[;|&(]\s?)(?:[a-z]{1,8}(?:''(?!(?:s|t|ll|re|ve|d|m)\b)|"")[a-z]{1,8}(?=\s|$)|'[a-z]{1,3}'[a-z]{1,8}(?=\s))|^\s{0,3}IFS=[^\s;]{1,3};|^(?:\w{1,8}=[^\s;]{1,12};\s?){2,6}[^\n]{0,12}\$\w{1,8}\$\w|\{\$\{\s{0,2}\w{1,20}\s{0,2}\(|;\s{0,2}export\s{1,2}(\w{1,12})=[^;\n]{1,60};\s{0,2}["']?\$\{?\1\b/gi,
    hits: [
      '/usr/bin/[i]d -u',
      '{,hostname}',
      '`cat<<<id`',
      'c$-at /et$-c/x',
      '$(`hostname`)',
      '${`id`}',
      "ti''me who",
      'a=l;b=s;$a$b',
      '{${sleep(9)}}',
    ],
    misses: [
      "it''s fine",
      'src/[id]/page.tsx',
      'cp a.txt{,.bak}',
      '/var/log/[a-z]*.log',
      "printf '\\033[0m'",
      '`a` <<< `b`',
    ],
  },
  {
    ...RISK,
    id: 'shell.started_by_program',
    message: 'A program is made to start a shell that listens to whoever started it.',
    pattern:
      /(?<!#)!\s{0,2}\/(?:usr\/)?bin\/(?:ba|da|z)?sh\b|\/bin\/(?:ba|da|z)?sh\s{1,3}(?:-[ips]\s{0,3})?\d?[<>]&\s?\d|\/bin\/(?:ba|da|z)?sh\s{1,3}-[ips]\b|\s--?[\w-]{1,20}[= ]["']\/(?:usr\/)?bin\/(?:ba|da|z)?sh(?:["']|\s{1,2}-[ips]\b)|\s-c\s{0,2}["']:\s?(?:shell|!)|\bnohup\s[^\n]{0,80}-e\s{0,2}(?:\/bin\/)?(?:ba|da|z)?sh\b|'\.shell\s\/bin\/|^(?:perf\s{1,2}stat|watch|timeout\s{1,2}\S{1,6}|nice|ionice|setarch\s\S{1,10}|stdbuf\s\S{1,8}|time|torify|xdotool\s{1,2}exec\s{1,2}--sync|logsave\s\S{1,40}|dhclient\s{1,2}-sf|unshare|taskset\s\S{1,4}|flock\s[^\n]{1,20}|strace\s[^\n]{1,20}|script\s{1,2}-q)\s{1,3}\/bin\/(?:ba|da|z)?sh\b(?!\s{1,2}\S)/gi,
    hits: [
      "watch 'reset; exec /bin/sh 1>&0 2>&0'",
      "lftp -c '!/bin/sh'",
      'perf stat /bin/sh -i',
      "vi -c ':shell'",
      "openvpn --dev null --up '/bin/sh -s'",
    ],
    misses: [
      '#!/bin/sh',
      'docker run -it alpine /bin/sh',
      'useradd -s /bin/bash ann',
      "ssh host '/bin/sh deploy.sh'",
      "vim -c ':set number'",
    ],
  },
];
