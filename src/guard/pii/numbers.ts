import { digitsOf, isDayAndMonth, isIbanSum, isLuhn, restOf, weighted } from './check-digits.ts';

/** Country and length of account numbers. */
const IBAN_LENGTHS = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 SN28 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
    .split(' ')
    .map((row) => [row.slice(0, 2), Number(row.slice(2))]),
);

export function isIban(written: string): boolean {
  const compact = written.replace(/[ -]/g, '').toUpperCase();
  return IBAN_LENGTHS.get(compact.slice(0, 2)) === compact.length && isIbanSum(compact);
}

/** An account number without the word that stands behind it, where one was taken for part of it. */
export function upToIban(written: string): string {
  const length = IBAN_LENGTHS.get(written.slice(0, 2).toUpperCase()) ?? 0;
  let end = 0;
  for (let units = 0; end < written.length && units < length; end += 1)
    if (/[^ -]/.test(written.charAt(end))) units += 1;
  return written.slice(0, end);
}

export function isCard(written: string): boolean {
  const digits = digitsOf(written);
  const isKnown = /^(?:4|5[0-8]|6|3[04-9]|2[2-7]|9[0-79])/.test(digits);
  return isKnown && digits.length >= 13 && digits.length <= 19 && isLuhn(digits);
}

export function isFrench(written: string): boolean {
  const digits = digitsOf(written);
  return digits.length === 15 && 97 - restOf(digits.slice(0, 13), 97) === Number(digits.slice(13));
}

export function isChinese(written: string): boolean {
  const sum = weighted(written, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return (
    isDayAndMonth(written.slice(12, 14), written.slice(10, 12)) && '10X98765432'[sum % 11] === written.at(-1)
  );
}

export function isBelgian(written: string): boolean {
  const digits = digitsOf(written);
  const check = Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((body) => 97 - restOf(body, 97) === check);
}

export function isTurkish(written: string): boolean {
  const odd = weighted(written, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(written, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (odd * 7 - even + 100) % 10;
  return tenth === Number(written[9]) && (odd + even + tenth) % 10 === Number(written[10]);
}

export function isNhs(written: string): boolean {
  const digits = digitsOf(written);
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check % 11 === Number(digits[9]);
}

export function isGermanInsurance(written: string): boolean {
  const letter = String(written.charCodeAt(8) - 64).padStart(2, '0');
  const digits = written.slice(0, 8) + letter + written.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((carried, weight, index) => {
    const product = weight * Number(digits[index]);
    return carried + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(written[11]);
}

/** Residents of South Korea: a date, one to eight for century and sex, and until 2020 a check digit. */
export function isKorean(written: string): boolean {
  const digits = digitsOf(written);
  const check = (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
  return isDayAndMonth(digits.slice(4, 6), digits.slice(2, 4)) && check === Number(digits[12]);
}

/** The century is added to the month, twenty for each. */
export function isPolish(written: string): boolean {
  const month = String(Number(written.slice(2, 4)) % 20 || 0);
  return (
    isDayAndMonth(written.slice(4, 6), month) &&
    weighted(written, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}
