const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text for a page: nothing in it can become markup, and what is not seen or turns the writing around is shown as its code. */
export function escapeHtml(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text
    .replaceAll(HIDDEN, (mark) => (mark === '\n' ? '\n' : `\\u{${mark.codePointAt(0)?.toString(16)}}`))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A table with a head; the cells are text. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = (tag: string, values: readonly unknown[]) =>
    values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<table><thead><tr>${cells('th', head)}</tr></thead>\n<tbody>\n${body}\n</tbody></table>`;
}

/** Names and values, those that are there. */
export function facts(entries: readonly (readonly [string, unknown])[]): string {
  const shown = entries.filter(([, value]) => value !== undefined && value !== '');
  const items = shown.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>\n${items.join('\n')}\n</dl>`;
}
