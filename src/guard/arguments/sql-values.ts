import type { ArgumentRule } from './argument-rule.ts';

const ANYWHERE = { category: 'sql_injection', severity: 'high', weight: 4 } as const;
const RISK = { ...ANYWHERE, onlyInValue: 'sql' } as const;

/** Pieces of a query that were to be a value of it. */
export const SQL_VALUE_RULES: readonly ArgumentRule[] = [
  {
    ...RISK,
    id: 'sql.begins_with_clause',
    message: 'A value begins with a clause of the query it is to stand in.',
    pattern:
      /^\s{0,4}\)?\s{0,2}(?:or|and)\s{1,4}(?:not\s{1,4})?['"]?\w{1,12}['"]?\s{0,3}(?:[<>]?=|<>|!=|<|>)\s{0,3}['"]?[\w%]{0,12}['"]?\s{0,3}(?:--|#|\/\*|$)|^\s{0,4}-?\d{0,9}\s{0,4}(?:or|and)\s{1,4}\d{1,6}\s{1,3}(?:between\s{1,3}\d{1,6}\s{1,3}and\s{1,3}\d|in\s{0,2}\(\d|is\s{1,3}not\s{1,3}null)|^\s{0,4}-?\d{0,9}\s{0,4}(?:or|and)\s{1,4}(?:true|not\s{1,3}false)\s{0,3}(?:$|--|#)|^[\w@.-]{1,24}['"\x60]?\){0,2}\s{1,4}(?:or|and|xor)\s{1,4}\(?\d{1,6}\s{0,2}[=<>]{1,2}\s{0,2}\d{1,6}\)?\s{0,3}(?:$|--|#|;|\/\*)|^-?\d{1,9}['"\x60]?\){0,2}\s{1,4}(?:or|and|xor)\s{1,4}(?!more|less|so)\w{1,24}\s{0,3}(?:(?:=|<>|!=|like)\s{0,3}['"]?[\w%]{1,20}['"]?|is\s{1,3}(?:not\s{1,3})?null)\s{0,3}(?:$|--|#|;|\/\*)|['"]\){0,2}\s{1,4}(?:order|group)\s{1,3}by\s{1,3}\d{1,3}\s{0,3}(?:$|,|--|#|;)|['")\d]\s{0,4}(?:or|and|xor)\s{1,4}\d{1,6}\s{1,3}(?:in\s{0,2}\(\s{0,2}\d|between\s{1,3}\d{1,6}\s{1,3}and\s)|^\s{0,4}having\s{1,3}\d{1,6}\s{0,2}[=<>]|^\s{0,4}order\s{1,3}by\s{1,3}\d{1,5}\s{0,3}(?:$|--|#|\/\*)|^\s{0,4}(?:and|or)\s[^\n]{0,40}['"]%['"]?\s{0,2}=\s{0,2}['"]/gi,
    hits: [
      ' or x=y--',
      'eve or 1=1',
      '1) or id=1#',
      "' order by 4",
      '1 or 5 in (5)',
      'or 7 > 3',
      '-1 or true',
      'having 3=0--',
      'order by 6',
      " and 2=0 and '%'='",
    ],
    misses: [
      '5 or more = good',
      '1 and 2 = 3 apples',
      'order by 3 pm',
      'or maybe later',
      'having 3 is better',
      'and so on',
    ],
  },
  {
    ...RISK,
    id: 'sql.literal_left_open',
    message: 'A value ends a text of the query, works something out, and opens another text.',
    pattern:
      /^(?!\d{1,3}['"]\s{0,2}[-x*]\s{0,2}\d{1,3}['"]\s{0,2}$)\s{0,3}[\w.@%)-]{0,24}(['"])\s{0,3}(?:[-+*/%^|&=<>!]{1,3}|\s(?:not\s{1,2})?(?:like|rlike|regexp|between|in)\b|\s(?:sounds\s{1,2}like|is|or|and|xor|div|mod)\b|(?<=\w['"])(?:like|rlike|regexp|between|in|is|or|and|xor|div|mod)\b)[^\n]{0,120}?\1[\w.%]{0,12}\s{0,2}$|['"]\s{0,4}(?:or|and)\s{0,4}(['"])%?\2\s{0,4}=\s{0,4}\2/gi,
    hits: ["B' rlike 'A", "kim' is 1 or '0", "ab'or price!='3", "9' + 4 or '2", "z' <=> 'y", "1%' or '%'='"],
    misses: ["5' - 6'", "don't and won't", "'a' | 'b'", "the pipe ' | ' parts columns", "sep=' | '"],
  },
  {
    ...RISK,
    id: 'sql.rest_cut_off',
    message: 'A value ends a text of the query, goes on, and cuts the rest of the query off.',
    pattern:
      /^[^'"\n]{0,40}['"]\s{0,3}(?:[-+*/%^|&=<>!;)@]|(?:and|or|union|begin|if|exec|select|group|having|order|limit)\b)[^\n]{0,400}(?:--\s{0,2}[-+]?\s{0,2}\w?|#\w{0,4}|\/\*|;%00)\s{0,2}$/gi,
    hits: ["';if 2=2 shutdown-- -a", "5'-@b union select 7,8 from cards-- -", "foo'+ascii(pin)-7--"],
    misses: ["it's fine -- really", '"title" # a heading', "Tom's -- the best"],
  },
  {
    ...RISK,
    id: 'sql.asks_itself',
    message: 'A value asks the database who it is, or for its secrets letter by letter.',
    pattern:
      /\b(?:ascii|ord|hex|bin|lpad|rpad|length|char_length|substr(?:ing)?|mid|left|right|conv|compress|lower|upper|concat)\s{0,2}\(\s{0,2}\(?\s{0,2}(?:\w{1,12}\s{0,2}\(\s{0,2}){0,3}(?:(?:user|version|database|schema|current_user|system_user|session_user|db_name)\s{0,2}\(\s{0,2}\)|@@\w{2,30}|(?:user|password|passwd|pwd|pass|pin|login)\s{0,2}(?:,\s{0,2}\d|from\s{1,2}\d)|select\s{1,4}(?:version|user|database|password|passwd|pass|@@))|pi\s{0,2}\((?<=\b(?:and|or)\s{1,3}\(?\s{0,2}(?:\d{1,3}\s{0,2}=\s{0,2})?pi\s{0,2}\()\s{0,2}\)|floor\s{0,2}\(\s{0,2}rand\s{0,2}\(|\b(?:and|or|xor|where|having)\s{1,4}(?:not\s{1,3})?\(?(?:@@\w{2,20}|(?:user|version|database|current_user|system_user)\s?\(\s?\))\s{0,3}(?:=|<|>|!|like|is)|\b(?:and|or|xor|having)\b[^\n]{0,40}[=<>]\s{0,2}\(\s{0,2}select\b|\b(?:json_keys|gtid_sub(?:set|tract)|polygon|multipoint|geometrycollection|linestring|multilinestring|multipolygon|exp)\s{0,2}\(\s{0,2}~?\s{0,2}\(?\s{0,2}(?:select|concat)\b|\bsqlite_(?:compileoption|version)|\b(?:sysusers|sysibm\.|sys\.(?:objects|tables|sql_logins|user\$)|pg_catalog\.pg_)/gi,
    hits: [
      '1 || substr(user,1,1)',
      '1 and @@version>0',
      '1 and row(1,1)>(select 1,1)',
      'length(compress(version()))',
      "x' and 4=pi()--",
      'floor(rand(0)*2)',
    ],
    misses: [
      'length(password) > 8',
      'upper(name)',
      'math.floor(random())',
      'polygon(a, b)',
      'the version (3)',
    ],
  },
  {
    ...ANYWHERE,
    id: 'sql.assembled_statement',
    message: 'A statement that is written in digits, run from a variable, or made to take its time.',
    pattern:
      /\b(?:cast|convert)\s{0,2}\(\s{0,2}0x[0-9a-f]{16}|\bdeclare\s{1,3}@\w{1,10}\s{1,3}(?:as\s{1,3})?n?(?:var)?char\b[^\n]{0,60}\bset\s{1,3}@\w{1,10}\s{0,2}=\s{0,2}(?:cast|convert|0x|n?char\()|\bbenchmark\s{0,2}\(\s{0,2}\d{5,12}\s{0,2},|\border\s{1,3}by\s{1,3}(?:\d{1,3}\s{0,2},\s{0,2})?(?:sleep|pg_sleep)\s{0,2}\(|\bsleep\s{0,2}\(\s{0,2}(?:\d{1,6}|__time__)\s{0,2}\)\s{0,2}(?:=\s{0,2}['"]|\+\s{0,2}['"])|['"]\s{0,2}\+\s{0,2}sleep\s{0,2}\(/gi,
    hits: [
      '(select benchmark(9000000,sha1(1)))',
      'cast(0x65786563206d61737465722e as varchar(max))',
      "sleep(9)='",
      " + sleep(7) + '",
      '1 order by sleep(4)',
    ],
    misses: ['cast(0x10 as int)', 'time.sleep(5)', 'benchmark(fast)'],
  },
];
