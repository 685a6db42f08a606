/** What is known of the strings that a part of a pattern matches. */
type Known = {
  /** All of them, where they are few. */
  exact?: Literals;
  /** Sets of literals; of each set one stands in each of them. */
  needed: readonly Literals[];
};
type Literals = readonly string[];

/** More strings than this are not followed. */
const MAX_EXACT = 48;
const MAX_NEEDED = 128;
/** Shorter literals are found too often, unless there is a sign in them that words have none of. */
const MIN_LENGTH = 3;
const HAS_SIGN = /[^\w\s]/;
/** All that can be looked up (literal-search.ts). */
const IS_ASCII = /^[\0-\x7f]*$/;
/** What comes after so many characters tells little more, and takes place in the table that literals are looked up in. */
const MAX_LENGTH = 8;
/** A class of more characters stands for any. */
const MAX_CLASS = 8;

const NOTHING: Known = { exact: [''], needed: [] };
const ANYTHING: Known = { needed: [] };

/** One alternative of a pattern, and sets of literals: of each set one stands in all that it matches. */
export type Alternative = { source: string; needed: readonly Literals[] };

/**
 * The alternatives of a pattern at its top, each with its literals, in lower case. References to groups are numbered anew, so each can be
 * compiled by itself. Of the syntax it knows what bounded patterns use: no named groups, no unicode sets.
 */
export function alternativesOf({ source }: RegExp): Alternative[] {
  let groups = 0;
  return split(source).map((part) => {
    const own = part.replace(/\\(?:([1-9])|[\s\S])/g, (whole, digit?: string) =>
      digit === undefined ? whole : `\\${Number(digit) - groups}`,
    );
    groups += capturesIn(part);
    return { source: own, needed: neededIn(alternation({ source: part, at: 0 })) };
  });
}

/** The strings between the bars at the top of a pattern. */
function split(source: string): string[] {
  const parts: string[] = [];
  const reader = { source, at: 0 };
  let from = 0;
  for (; reader.at < source.length; ) {
    if (source[reader.at] === '|') {
      parts.push(source.slice(from, reader.at));
      reader.at += 1;
      from = reader.at;
    } else term(reader);
  }
  return [...parts, source.slice(from)];
}

function capturesIn(source: string): number {
  const bare = source.replace(/\\[\s\S]/g, '').replace(/\[[^\]]*\]/g, '');
  return bare.match(/\((?!\?)/g)?.length ?? 0;
}

function neededIn({ exact, needed }: Known): readonly Literals[] {
  return [...usable(exact), ...needed];
}

type Reader = { source: string; at: number };

/** Up to the end, or to the bracket that closes the group. */
function alternation(reader: Reader): Known {
  const branches = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    branches.push(sequence(reader));
  }
  if (branches.length === 1) return branches[0] as Known;
  const exact = union(
    branches.map((branch) => branch.exact),
    MAX_EXACT,
  );
  if (exact !== undefined) return { exact, needed: [] };
  const needed = union(
    branches.map((branch) => best(neededIn(branch))),
    MAX_NEEDED,
  );
  return { needed: needed === undefined ? [] : [shortestOf(needed)] };
}

function sequence(reader: Reader): Known {
  const found: Literals[] = [];
  let run: Literals = [''];
  let isWhole = true;
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? '')) {
    const { exact, needed } = term(reader);
    const longer = exact && product(run, exact);
    found.push(...needed);
    if (longer === undefined) {
      found.push(...usable(run));
      isWhole = false;
    }
    run = longer ?? exact ?? [''];
  }
  return isWhole ? { exact: run, needed: found } : { needed: [...found, ...usable(run)] };
}

/** An atom and how often it stands. */
function term(reader: Reader): Known {
  const known = atom(reader);
  const times = /^(?:\?|\{(\d+)(?:,(\d*))?\})\??/.exec(reader.source.slice(reader.at, reader.at + 16));
  if (times === null) return known;
  reader.at += times[0].length;
  const [whole, least = '0', most = whole.startsWith('?') ? '1' : least] = times;
  return repeated(known, Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most));
}

function repeated(known: Known, least: number, most: number): Known {
  if (least === 0) {
    const exact = most === 1 ? union([known.exact, ['']], MAX_EXACT) : undefined;
    return exact === undefined ? ANYTHING : { exact, needed: [] };
  }
  let exact = known.exact;
  for (let times = 1; times < Math.min(least, MIN_LENGTH + 1); times += 1)
    exact = exact && known.exact && product(exact, known.exact);
  const needed = [...known.needed, ...usable(exact)];
  return exact !== undefined && least === most && least <= MIN_LENGTH + 1 ? { exact, needed } : { needed };
}

function atom(reader: Reader): Known {
  const { source, at } = reader;
  const next = source[at] ?? '';
  if (next === '(') return group(reader);
  if (next === '[') return characters(reader);
  if (next === '\\') return escaped(reader);
  reader.at += 1;
  if (next === '^' || next === '$') return NOTHING;
  return next === '.' ? ANYTHING : { exact: [next.toLowerCase()], needed: [] };
}

function group(reader: Reader): Known {
  const [opening = '('] = /^\((?:\?(?::|<?[=!]))?/.exec(reader.source.slice(reader.at, reader.at + 4)) ?? [];
  reader.at += opening.length;
  const known = alternation(reader);
  reader.at += 1;
  return opening === '(' || opening === '(?:' ? known : NOTHING;
}

/** The characters of a class, where they are few and none of them is a class itself. */
function characters(reader: Reader): Known {
  const [whole = '['] = /^\[(?:\\[\s\S]|[^\]\\])*\]/.exec(reader.source.slice(reader.at)) ?? [];
  reader.at += whole.length;
  const inner = whole.slice(1, -1);
  const members = inner.match(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[\s\S])|[\s\S]/gi) ?? [];
  if (inner.startsWith('^') || /[^\\]-./.test(inner) || members.length > MAX_CLASS) return ANYTHING;
  const exact = members.map(characterOf);
  return exact.some((each) => each === undefined) ? ANYTHING : { exact: exact as string[], needed: [] };
}

function escaped(reader: Reader): Known {
  const [written = ''] =
    /^\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[\s\S])/i.exec(reader.source.slice(reader.at, reader.at + 6)) ?? [];
  reader.at += written.length;
  if (/^\\[bB]$/.test(written)) return NOTHING;
  const character = characterOf(written);
  return character === undefined ? ANYTHING : { exact: [character], needed: [] };
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', f: '\f', v: '\v' };

/** The character that is written so; `undefined` where it is a class or a reference. */
function characterOf(written: string): string | undefined {
  if (!written.startsWith('\\')) return written.toLowerCase();
  const name = written[1] ?? '';
  if (written.length > 2) return String.fromCharCode(Number.parseInt(written.slice(2), 16)).toLowerCase();
  return /[a-z1-9]/i.test(name) && !(name in CONTROLS) ? undefined : (CONTROLS[name] ?? name);
}

function product(some: Literals, others: Literals): Literals | undefined {
  if (some.length * others.length > MAX_EXACT) return undefined;
  return some.flatMap((one) => others.map((other) => one + other));
}

function union(sets: readonly (Literals | undefined)[], limit: number): string[] | undefined {
  const all = new Set<string>();
  for (const each of sets) {
    if (each === undefined) return undefined;
    for (const literal of each) all.add(literal);
  }
  return all.size > limit ? undefined : [...all];
}

/** Strings as a set worth looking for, or none. */
function usable(strings: Literals | undefined): Literals[] {
  if (!strings?.every((each) => IS_ASCII.test(each) && (each.length >= MIN_LENGTH || HAS_SIGN.test(each))))
    return [];
  return [shortestOf([...new Set(strings.map((each) => each.slice(0, MAX_LENGTH)))])];
}

/** Without those that hold another one: where they stand, it stands, too. */
function shortestOf(strings: Literals): Literals {
  return strings.filter((each) => !strings.some((other) => other !== each && each.includes(other)));
}

/** The set that is found least often: longer literals before fewer ones. */
function best(sets: readonly Literals[]): Literals | undefined {
  return [...sets].sort((one, other) => shortest(other) - shortest(one) || one.length - other.length)[0];
}

function shortest(literals: Literals): number {
  return Math.min(6, ...literals.map(({ length }) => length));
}
