const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const ASCII85 = String.fromCharCode(...Array.from({ length: 85 }, (_, digit) => 33 + digit));
const BASE85 = `${ALPHANUMERIC}!#$%&()*+-;<=>?@^_\`{|}~`;
const UPSIDE_DOWN = 'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz';
const LETTER = /[a-z]/gi;
const placeOf = (letter: string) => letter.toLowerCase().charCodeAt(0) - 97;

/** The digits of a number, the highest first. */
function digitsOf(number: bigint, alphabet: string): string {
  const base = BigInt(alphabet.length);
  return (number >= base ? digitsOf(number / base, alphabet) : '') + alphabet.charAt(Number(number % base));
}

function asNumber(text: string, alphabet: string): string {
  return digitsOf(BigInt(`0x${Buffer.from(text).toString('hex')}`), alphabet);
}

/** Four bytes are five digits of base 85; a group that is not full is filled with zeros, whose digits go again. */
function inBase85(text: string, alphabet: string): string {
  const groups = text.match(/.{1,4}/gs) ?? [];
  return groups
    .map((group) =>
      asNumber(group.padEnd(4, '\0'), alphabet)
        .padStart(5, alphabet.charAt(0))
        .slice(0, group.length + 1),
    )
    .join('');
}

/** Two bytes are three digits of base 45, the lowest first. */
function inBase45(text: string): string {
  const pairs = text.match(/.{1,2}/gs) ?? [];
  return pairs
    .map((pair) => [...asNumber(pair, BASE45).padStart(pair.length + 1, '0')].reverse().join(''))
    .join('');
}

/** A line of up to 45 bytes: how many, and six bits a sign. */
function uuencoded(text: string): string {
  const lines = text.match(/.{1,45}/gs) ?? [];
  return lines
    .map((line) => {
      const bits = [...Buffer.from(line)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      const full = bits.padEnd(Math.ceil(line.length / 3) * 24, '0');
      const signs = (full.match(/.{6}/g) ?? []).map((six) =>
        String.fromCharCode(32 + Number.parseInt(six, 2)),
      );
      return String.fromCharCode(32 + line.length) + signs.join('').replaceAll(' ', '`');
    })
    .join('\n');
}

/** Disguises that no mark of theirs tells; none of them says how it is to be read. */
export const RARE_DISGUISES: Record<string, (text: string) => string> = {
  'hyphens between all signs': (text) => [...text].join('-'),
  'low lines between all signs': (text) => [...text].join('_'),
  'bars between letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join('|'))
      .join(' '),
  'pluses between letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join('+'))
      .join(' '),
  'bullets between letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join('·'))
      .join(' '),
  'pictures between letters': (text) =>
    text
      .split(' ')
      .map((word) => [...word].join('🔥'))
      .join(' '),
  'code points as in tables': (text) =>
    [...text].map((sign) => `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`).join(' '),
  'letters of flags with gaps': (text) =>
    [...text.replace(LETTER, (letter) => String.fromCodePoint(0x1f1e6 + placeOf(letter)))].join(' '),
  'upside down, in place': (text) => text.replace(LETTER, (letter) => UPSIDE_DOWN.charAt(placeOf(letter))),
  'ASCII85 without its brackets': (text) => inBase85(text, ASCII85),
  'base 85': (text) => inBase85(text, BASE85),
  'base 62': (text) => asNumber(text, ALPHANUMERIC),
  'base 58': (text) => asNumber(text, ALPHANUMERIC.replace(/[0OIl]/g, '')),
  'base 45': inBase45,
  uuencode: uuencoded,
};
