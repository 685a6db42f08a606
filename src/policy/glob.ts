/** True where the text holds a wildcard: `*` (any characters, also none) or `?` (exactly one). */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * True where `glob` covers the whole of `text`. `*` stands for any characters, dots among them. Takes at most
 * glob length × text length steps.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let seen = 0;
  let star = -1;
  let resume = 0;
  while (seen < text.length) {
    const expected = glob[at];
    if (expected === '*') {
      star = at;
      resume = seen;
      at += 1;
    } else if (expected === '?' || (expected !== undefined && expected === text[seen])) {
      at += 1;
      seen += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      seen = resume;
    } else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}

/** `matchesGlob` for one glob that is asked often. Most globs are a beginning and a `*`. */
export function compileGlob(glob: string): (text: string) => boolean {
  const beginning = glob.endsWith('*') ? glob.slice(0, -1) : undefined;
  if (beginning === undefined || isGlob(beginning)) return (text) => matchesGlob(glob, text);
  return (text) => text.startsWith(beginning);
}
