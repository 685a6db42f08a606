import { digitsOf, isCpf, isDayAndMonth, isRut, isSingaporean } from './check-digits.ts';
import { isChinese, isKorean } from './numbers.ts';
import type { PersonalForm } from './personal-form.ts';
import { isWallet } from './wallets.ts';

/** Personal data of Asia and the Americas, and what is the same everywhere. */
export const OTHER_FORMS: readonly PersonalForm[] = [
  {
    kind: 'in_pan',
    hint: 'letters',
    pattern: /(?<![A-Za-z0-9])[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?![A-Za-z0-9])/g,
    hits: ['ACUPA7085R'],
    misses: ['ACUXA7085R'],
  },
  {
    kind: 'kr_rrn',
    hint: 'digits',
    pattern: /(?<![\d-])\d{6}-[1-8]\d{6}(?![\d-])/g,
    isValid: (written) => isDayAndMonth(written.slice(4, 6), written.slice(2, 4)),
    hits: ['971013-1019902'],
    misses: ['971313-1019902', '971013-9019902'],
  },
  {
    kind: 'kr_rrn',
    hint: 'digits',
    pattern: /(?<![\d.,-])\d{6}[1-8]\d{6}(?![\d.,]?\d)/g,
    isValid: isKorean,
    hits: ['9710131019901'],
    misses: ['9710131019902', '1764489600000'],
  },
  {
    kind: 'cn_resident',
    hint: 'digits',
    pattern: /(?<![\dA-Za-z])[1-9]\d{5}(?:18|19|20)\d{9}[\dX](?![\dA-Za-z])/g,
    isValid: isChinese,
    hits: ['360426199101010071'],
    misses: ['360426199101010072'],
  },
  {
    kind: 'sg_fin',
    hint: 'letters',
    pattern: /(?<![A-Za-z0-9])[STFGM]\d{7}[A-Z](?![A-Za-z0-9])/g,
    isValid: isSingaporean,
    hits: ['S1234567D', 'G1234567X'],
    misses: ['S1234567A'],
  },
  {
    kind: 'sg_fin',
    hint: 'letters',
    pattern: /(?<![A-Za-z0-9])[STFGM]\d{7}[A-Z](?![A-Za-z0-9])/g,
    context: /\bnric\b|\bfin\b|singapore/i,
    hits: ['NRIC S1234567A'],
    misses: ['part S1234567A'],
  },
  {
    kind: 'br_cpf',
    hint: 'digits',
    pattern: /(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g,
    isValid: isCpf,
    hits: ['390.533.447-05'],
    misses: ['390.533.447-06', '111.111.111-11'],
  },
  {
    kind: 'cl_rut',
    hint: 'digits',
    digits: 7,
    pattern: /(?<![\d.])\d{1,2}\.\d{3}\.\d{3}-[\dKk](?![\dA-Za-z])/g,
    isValid: isRut,
    hits: ['12.531.909-2'],
    misses: ['12.531.909-3'],
  },
  {
    kind: 'mx_curp',
    hint: 'letters',
    pattern: /(?<![A-Za-z0-9])[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![A-Za-z0-9])/g,
    hits: ['BOXW310820HNERXN09'],
    misses: ['BOXW310820KNERXN09'],
  },
  {
    kind: 'crypto_wallet',
    hint: 'wallet',
    pattern: /(?<![A-Za-z0-9])(?:bc1[02-9ac-hj-np-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])/g,
    isValid: isWallet,
    hits: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    misses: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
  },
  {
    kind: 'crypto_wallet',
    hint: 'wallet',
    pattern: /(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])/g,
    isValid: (written) => /[A-Z]/.test(written) || /[a-f]/.test(written),
    context: /\b(?:wallet|eth|ethereum|crypto|address|donat)/i,
    hits: ['wallet 0x52908400098527886E0F7030069857D2E4169EE7'],
    misses: ['id 0x52908400098527886E0F7030069857D2E4169EE7'],
  },
  {
    kind: 'email',
    hint: 'mail',
    pattern:
      /(?<![\w.%+-])[\w%+-](?:[\w.%+-]{0,62}[\w%+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}(?![\w-])/g,
    hits: ['ann.lee+news@mail.acme.example'],
    misses: ['ann@', '@acme.example', 'a@b'],
  },
  {
    kind: 'phone',
    hint: 'digits',
    pattern:
      /(?<![\w.,/+-])(?:\+[1-9]\d{0,12}(?:[ ().-]{1,3}\d{1,12}){1,6}|\(\d{3}\) ?\d{3}-\d{4}|[2-9]\d\d([-.])[2-9]\d\d\1\d{4}|0\d{1,3}-\d{3,4}-\d{4})(?![\w-])/g,
    isValid: (written) => /[ ().-]/.test(written.slice(2)) && digitsOf(written).length >= 9,
    hits: ['+49 30 1234567', '(555) 123-4567', '212-555-0143', '090-1234-5678'],
    misses: ['+4 and 5', '+1.5'],
  },
  {
    kind: 'phone',
    hint: 'digits',
    digits: 7,
    pattern: /(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w-])/g,
    context:
      /(?:phone|tel\b|tel[.:]|telefon|t[eé]l[eé]phone|tel[eé]fono|mobile|m[oó]vil|handy|cell|whatsapp|\bfax\b|\bcall\b|\bsms\b|contact|电话|電話|telefone|ring)/i,
    hits: ['Phone: +49 30 1234567', 'call me at (555) 123-4567'],
    misses: ['order 1234567890', 'phone in 2 days'],
  },
];
