import {
  digitsOf,
  isDayAndMonth,
  isFinnish,
  isLuhn,
  isMod1110,
  isSpanish,
  isVerhoeff,
  weighted,
} from './check-digits.ts';
import {
  isBelgian,
  isCard,
  isFrench,
  isGermanInsurance,
  isIban,
  isNhs,
  isPolish,
  isTurkish,
  upToIban,
} from './numbers.ts';

import { OTHER_FORMS } from './other-forms.ts';
import type { PersonalForm } from './personal-form.ts';

const ID_DIGITS = /(?<![\d.,-])\d{11}(?![\d.,]?\d)/g;

/** Personal data of many countries. A form more is a row more. */
export const PERSONAL_FORMS: readonly PersonalForm[] = [
  {
    kind: 'iban',
    hint: 'letters',
    pattern:
      /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])/g,
    cut: upToIban,
    isValid: isIban,
    hits: [
      'DE89 3704 0044 0532 0130 00',
      'GB82WEST12345698765432',
      'pay VG96 VPVG 0000 0123 4567 8901 in full',
    ],
    misses: ['DE89 3704 0044 0532 0130 01', 'AB12 CDEF GHIJ KLMN'],
  },
  {
    kind: 'credit_card',
    hint: 'digits',
    pattern: /(?<![\d.,-])\d{4}(?:[ -]?\d{2,6}){2,4}(?![\d-])/g,
    isValid: isCard,
    hits: ['4111 1111 1111 1111', '378282246310005'],
    misses: ['4111 1111 1111 1112', '1700000000000'],
  },
  {
    kind: 'us_ssn',
    hint: 'digits',
    pattern: /(?<![\d.-])(?!000|666|9|078-05-1120)\d{3}([-. ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/g,
    hits: ['536-90-4399'],
    misses: ['000-12-3456', '536-90-43991'],
  },
  {
    kind: 'us_ssn',
    hint: 'digits',
    pattern: /(?<![\d.-])(?!000|666|9)\d{9}(?![\d-])/g,
    isValid: (written) => !/^\d{3}00|0000$|^(\d)\1+$/.test(written),
    context: /\bssn\b|social security/i,
    hits: ['SSN: 536904399'],
    misses: ['536904399', 'SSN: 536900000'],
  },
  {
    kind: 'us_itin',
    hint: 'digits',
    pattern: /(?<![\d-])9\d{2}[- ]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[- ]?\d{4}(?![\d-])/g,
    isValid: (written) => /[- ]/.test(written),
    hits: ['911-70-1234'],
    misses: ['911-49-1234', '911701234'],
  },
  {
    kind: 'us_routing',
    hint: 'digits',
    pattern: /(?<![\d-])\d{9}(?![\d-])/g,
    isValid: isRouting,
    context: /\b(?:routing|aba|rtn)\b/i,
    hits: ['routing number 121000358'],
    misses: ['routing number 121000359', 'order 121000358'],
  },
  {
    kind: 'us_routing',
    hint: 'digits',
    pattern: /(?<![\d-])\d{4}-\d{4}-\d(?![\d-])/g,
    isValid: isRouting,
    hits: ['1210-0035-8'],
    misses: ['1210-0035-9', '9910-0035-1'],
  },
  {
    kind: 'us_passport',
    hint: 'digits',
    pattern: /(?<![A-Za-z0-9])[A-Z]?\d{8,9}(?![A-Za-z0-9])/g,
    context: /\bpassport/i,
    hits: ['passport number 912803456'],
    misses: ['ticket 912803456'],
  },
  {
    kind: 'ca_sin',
    hint: 'digits',
    pattern: /(?<![\d-])[1-79]\d{2}([- ]?)\d{3}\1\d{3}(?![\d-])/g,
    isValid: isLuhn,
    context: /\b(?:sin|social insurance|nas|assurance sociale)\b/i,
    hits: ['SIN 130 692 544'],
    misses: ['SIN 130 692 545', 'call 130 692 544'],
  },
  {
    kind: 'ca_sin',
    hint: 'digits',
    pattern: /(?<![\d-])[1-79]\d{2}-\d{3}-\d{3}(?![\d-])/g,
    isValid: (written) => isLuhn(written) && !/^(?:(\d)\1\1-?)+$/.test(written),
    hits: ['130-692-544'],
    misses: ['130-692-545', '111-111-111'],
  },
  {
    kind: 'uk_nhs',
    hint: 'digits',
    pattern: /(?<![\d-]|\d )\d{3}([- ])\d{3}\1\d{4}(?![\d-]| \d)/g,
    isValid: isNhs,
    hits: ['943 476 5919', '943-476-5919'],
    misses: ['943 476 5918', '12 943 476 5919'],
  },
  {
    kind: 'uk_nhs',
    hint: 'digits',
    pattern: /(?<![\d-])\d{3}[- ]?\d{3}[- ]?\d{4}(?![\d-])/g,
    isValid: isNhs,
    context: /\b(?:nhs|national health)/i,
    hits: ['NHS number 943 476 5919'],
    misses: ['NHS number 943 476 5918'],
  },
  {
    kind: 'uk_nino',
    hint: 'letters',
    pattern:
      /(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Z0-9])/gi,
    hits: ['HH 01 23 45 D', 'HH012345D'],
    misses: ['BG012345D', 'HH012345E'],
  },
  {
    kind: 'de_tax_id',
    hint: 'digits',
    pattern: /(?<![\d.,-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\d.,]?\d)/g,
    isValid: (written) => isMod1110(digitsOf(written)),
    context: /\b(?:steuer|idnr|tax|tin)/i,
    hits: ['Steuer-ID 36 574 261 809'],
    misses: ['Steuer-ID 36 574 261 808'],
  },
  {
    kind: 'de_insurance',
    hint: 'letters',
    pattern: /(?<![A-Za-z0-9])\d{8}[A-Z]\d{3}(?![A-Za-z0-9])/g,
    isValid: isGermanInsurance,
    hits: ['15070649C103'],
    misses: ['15070649C104'],
  },
  {
    kind: 'es_nif',
    hint: 'letters',
    pattern: /(?<![A-Z0-9-])(?:\d{7,8}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z])(?![A-Z0-9])/gi,
    isValid: isSpanish,
    hits: ['54362315K', 'X-2482300W'],
    misses: ['54362315L', 'X-2482300A'],
  },
  {
    kind: 'fi_hetu',
    hint: 'letters',
    pattern: /(?<!\d)\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![A-Za-z0-9])/g,
    isValid: isFinnish,
    hits: ['131052-308T'],
    misses: ['131052-308U', '991352-308T', '310289-211C'],
  },
  {
    kind: 'se_personnummer',
    hint: 'digits',
    pattern: /(?<![\d-])(?:\d{2})?\d{6}[-+]\d{4}(?![\d-])/g,
    isValid: (written) => {
      const digits = digitsOf(written).slice(-10);
      return isDayAndMonth(digits.slice(4, 6), digits.slice(2, 4)) && isLuhn(digits);
    },
    hits: ['880320-0016'],
    misses: ['880320-0018', '883320-0016'],
  },
  {
    kind: 'be_number',
    hint: 'digits',
    pattern: /(?<![\d.])\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?![\d.])/g,
    isValid: isBelgian,
    hits: ['85.07.30-033.28'],
    misses: ['85.07.30-033.29'],
  },
  {
    kind: 'fr_nir',
    hint: 'digits',
    pattern: /(?<![\d.,-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\d)/g,
    isValid: isFrench,
    hits: ['2 95 10 99 126 111 93'],
    misses: ['2 95 10 99 126 111 94'],
  },
  {
    kind: 'it_codice_fiscale',
    hint: 'letters',
    pattern:
      /(?<![A-Za-z0-9])[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z](?![A-Za-z0-9])/g,
    hits: ['RCCMNL83S18D969H'],
    misses: ['RCCMNL83Z18D969H'],
  },
  {
    kind: 'nl_bsn',
    hint: 'digits',
    pattern: /(?<![\d.,-])\d{9}(?![\d.,]?\d)/g,
    isValid: (written) => weighted(written, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    context: /\b(?:bsn|burgerservice|sofi)/i,
    hits: ['BSN 111222333'],
    misses: ['BSN 111222334', 'nummer 111222333'],
  },
  {
    kind: 'pl_pesel',
    hint: 'digits',
    pattern: ID_DIGITS,
    isValid: isPolish,
    hits: ['PESEL: 44051401359', '44051401359'],
    misses: ['PESEL: 44051401358', '44131401359'],
  },
  {
    kind: 'tr_kimlik',
    hint: 'digits',
    pattern: ID_DIGITS,
    isValid: isTurkish,
    context: /\b(?:t\.?c\.?|kimlik|tckn)\b/i,
    hits: ['TC Kimlik No 17291716060'],
    misses: ['TC Kimlik No 17291716061'],
  },
  {
    kind: 'in_aadhaar',
    hint: 'digits',
    pattern: /(?<!\d[ -]?|[.,])[2-9]\d{3}([ -])\d{4}\1\d{4}(?![ -]?\d)/g,
    isValid: isVerhoeff,
    hits: ['Aadhaar 2341 2341 2346'],
    misses: ['Aadhaar 2341 2341 2347', '2341-2341 2346'],
  },
  {
    kind: 'in_aadhaar',
    hint: 'digits',
    pattern: /(?<![\d.,-])[2-9]\d{11}(?![\d.,]?\d)/g,
    isValid: isVerhoeff,
    context: /aadha+r|uidai|आधार/i,
    hits: ['Aadhaar 234123412346'],
    misses: ['Aadhaar 234123412347', '234123412346'],
  },
  ...OTHER_FORMS,
];

/** The first two digits name a bank of the reserve system, and the last is a check digit. */
function isRouting(written: string): boolean {
  const digits = digitsOf(written);
  return (
    /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(digits) &&
    weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
  );
}
