/** Letters of Spanish numbers, by the rest of the number. */
const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE';
const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const VERHOEFF_TURNS = [
  ...['0123456789', '1576283094', '5803796142', '8916043527'],
  ...['9453126870', '4286573901', '2793806415', '7046913258'],
];
const VERHOEFF_PRODUCTS = [
  ...['0123456789', '1234067895', '2340178956', '3401289567', '4012395678'],
  ...['5987604321', '6598710432', '7659821043', '8765932104', '9876543210'],
];

/** The digits of a number, gaps and signs aside. */
export function digitsOf(written: string): string {
  return written.replace(/\D/g, '');
}

/** Cards, and numbers of several countries. */
export function isLuhn(written: string): boolean {
  const digits = digitsOf(written);
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.at(-1 - index));
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && /[^0]/.test(digits);
}

/** The rest of a long number, given in digits. */
export function restOf(digits: string, divisor: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % divisor;
  return rest;
}

/** The sum of the first digits, each times its weight. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0);
}

/** Letters count 10 to 35, and the first four characters stand at the end: the rest by 97 is 1. */
export function isIbanSum(compact: string): boolean {
  const turned = compact.slice(4) + compact.slice(0, 4);
  return (
    restOf(
      turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)),
      97,
    ) === 1
  );
}

/** Aadhaar. */
export function isVerhoeff(written: string): boolean {
  const digits = [...digitsOf(written)].reverse();
  const sum = digits.reduce((carried, digit, index) => {
    const turned = Number(VERHOEFF_TURNS[index % 8]?.[Number(digit)]);
    return Number(VERHOEFF_PRODUCTS[carried]?.[turned]);
  }, 0);
  return sum === 0;
}

/** German tax numbers and others: ISO 7064 by 11 and 10. */
export function isMod1110(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits.at(-1));
}

/** Eight digits, or a letter and seven, and the letter that belongs to them. */
export function isSpanish(written: string): boolean {
  const compact = written.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const digits = compact.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return SPANISH[Number(digits) % 23] === compact.at(-1);
}

export function isFinnish(written: string): boolean {
  const number = Number(written.slice(0, 6) + written.slice(7, 10));
  return isDayAndMonth(written.slice(0, 2), written.slice(2, 4)) && FINNISH[number % 31] === written.at(-1);
}

export function isSingaporean(written: string): boolean {
  const first = written.charAt(0);
  const offset = first === 'T' || first === 'G' ? 4 : first === 'M' ? 3 : 0;
  const rest = (weighted(written.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  const letters = /[ST]/.test(first) ? 'JZIHGFEDCBA' : first === 'M' ? 'KLJNPQRTUWX' : 'XWUTRQPNMLK';
  return letters[first === 'M' ? 10 - rest : rest] === written.at(-1);
}

/** Two check digits, each by 11. */
export function isCpf(written: string): boolean {
  const digits = digitsOf(written);
  const first = (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  const second = (weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  return digits.endsWith(`${first % 10}${second % 10}`) && !/^(\d)\1+$/.test(digits);
}

export function isRut(written: string): boolean {
  const compact = written.replace(/[^0-9Kk]/g, '').toUpperCase();
  const body = [...compact.slice(0, -1)].reverse();
  const sum = body.reduce((carried, digit, index) => carried + Number(digit) * (2 + (index % 6)), 0);
  return '0K987654321'[sum % 11] === compact.at(-1);
}

/** Days of the months, of February in a leap year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDayAndMonth(day: string, month: string): boolean {
  return Number(day) >= 1 && Number(day) <= (DAYS[Number(month) - 1] ?? 0);
}
