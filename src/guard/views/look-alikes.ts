/**
 * Letters that pass for a Latin one, in lower case: what folding turns them into. Our own short table of Cyrillic,
 * Greek, Armenian and odd Latin letters. It is used on a copy for matching only, because it spoils Russian and
 * Greek words; the script view keeps those.
 */
const GROUPS: Record<string, string> = {
  a: 'аαɑᴀ',
  b: 'ьвβʙ',
  c: 'сϲᴄ',
  d: 'ԁɗᴅ',
  e: 'еєεҽᴇ',
  f: 'ғƒ',
  g: 'ԍɡցɢ',
  h: 'һнʜ',
  i: 'іιıɩɪ',
  j: 'јʝ',
  k: 'кκᴋ',
  l: 'ӏʟ',
  m: 'мᴍ',
  n: 'ոηɴ',
  o: 'оοօσςᴏ',
  p: 'рρᴘ',
  q: 'ԛզ',
  r: 'гʀ',
  s: 'ѕʂ',
  t: 'тτᴛ',
  u: 'υսᴜʊ',
  v: 'ѵνᴠ',
  w: 'ԝшωᴡ',
  x: 'хχ',
  y: 'уүγʏ',
  z: 'ʐᴢ',
};

const ALIKES = Object.entries(GROUPS).flatMap(([latin, alikes]) =>
  Array.from(alikes, (alike) => ({ code: alike.charCodeAt(0), latin: latin.charCodeAt(0) })),
);
const ANY_ALIKE = new RegExp(`[${Object.values(GROUPS).join('')}]`);
const NOT_ASCII = /[^\0-\x7f]/;
const LATIN_OF = latinTable();

/** The code unit each code unit reads as, up to the highest of the table. */
function latinTable(): Uint16Array {
  const table = Uint16Array.from(
    { length: Math.max(...ALIKES.map((each) => each.code)) + 1 },
    (_, code) => code,
  );
  for (const { code, latin } of ALIKES) table[code] = latin;
  return table;
}

/** Replaces every look-alike by its Latin letter. Keeps every offset: all letters of the table are one code unit. */
export function replaceLookAlikes(text: string): string {
  if (!NOT_ASCII.test(text) || !ANY_ALIKE.test(text)) return text;
  let replaced = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    replaced += String.fromCharCode(LATIN_OF[code] ?? code);
  }
  return replaced;
}
