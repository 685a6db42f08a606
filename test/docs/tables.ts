import { readFileSync } from 'node:fs';

export type Row = string[];

/** The text of a file, by its path from the root of the checkout. */
export function textOf(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/**
 * The rows of every table in a page of Markdown whose header begins with these cells, without header and rule. Cells
 * are trimmed, and a cell that is code loses its backticks.
 */
export function tableRows(markdown: string, header: readonly string[]): Row[] {
  const rows: Row[] = [];
  let isWanted = false;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      isWanted = false;
      continue;
    }
    const cells = line.split('|').slice(1, -1).map(plainCell);
    if (header.every((cell, index) => cells[index] === cell)) isWanted = true;
    else if (isWanted && !/^-+$/.test(cells[0] ?? '')) rows.push(cells);
  }
  return rows;
}

function plainCell(cell: string): string {
  return cell.trim().replace(/^`([^`]*)`$/, '$1');
}
