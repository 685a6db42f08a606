import type { Span } from './view.ts';

/** ASCII units, as a table that is looked up by code: 1 for those the class holds. */
export type UnitClass = Uint8Array;

/** The class of the units of a string. */
export function unitClass(units: string): UnitClass {
  const table = new Uint8Array(128);
  for (const unit of units) table[unit.charCodeAt(0)] = 1;
  return table;
}

/** All units from one to another. */
export function unitRange(from: string, to: string): string {
  const first = from.charCodeAt(0);
  return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) =>
    String.fromCharCode(first + index),
  ).join('');
}

/** Digits, capitals and small letters of ASCII, in this order, which is that of their values in bases above 16. */
export const ALPHANUMERIC = `${unitRange('0', '9')}${unitRange('A', 'Z')}${unitRange('a', 'z')}`;

/**
 * Whether a text holds that many units of a class in a row. A stretch covers the end of every step of its length, so of
 * a text without any only a few units are looked at.
 */
export function hasStretch(text: string, units: UnitClass, length: number): boolean {
  return nextStretch(text, units, { from: 0, length }) !== undefined;
}

/** Where a text holds at least that many units of a class in a row, each as far as it goes. */
export function stretches(text: string, units: UnitClass, length: number): Span[] {
  const found: Span[] = [];
  for (
    let next = nextStretch(text, units, { from: 0, length });
    next !== undefined;
    next = nextStretch(text, units, { from: next.end + 1, length })
  ) {
    found.push(next);
  }
  return found;
}

function nextStretch(
  text: string,
  units: UnitClass,
  { from, length }: { from: number; length: number },
): Span | undefined {
  for (let end = from + length; end <= text.length; ) {
    const first = end - length;
    let at = end - 1;
    while (at >= first && units[text.charCodeAt(at)] === 1) at -= 1;
    if (at < first) {
      while (units[text.charCodeAt(end)] === 1) end += 1;
      return { start: first, end };
    }
    end = at + 1 + length;
  }
  return undefined;
}
