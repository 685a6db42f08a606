import type { Terminal } from './command.ts';

const REDRAW_MS = 200;
/** Between two lines, where nothing can be drawn over: short work says nothing. */
const LINE_MS = 5_000;
const BAR_LENGTH = 30;

/** Shows on standard error how far a long work is: on one line of a terminal, and elsewhere in a line now and then. */
export class Progress {
  readonly #terminal: Terminal;
  #lastMs: number;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#lastMs = terminal.isInteractive ? 0 : performance.now();
  }

  show(text: () => string): void {
    const { isInteractive } = this.#terminal;
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < (isInteractive ? REDRAW_MS : LINE_MS)) return;
    this.#lastMs = nowMs;
    this.#isShown = isInteractive;
    this.#terminal.err(isInteractive ? `\r\u001b[K${text()}` : `${text()}\n`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#terminal.err('\r\u001b[K');
    this.#isShown = false;
  }
}

/** How many of all are done, as a bar and in figures. */
export function barOf(done: number, all: number): string {
  const filled = all === 0 ? BAR_LENGTH : Math.round((BAR_LENGTH * done) / all);
  const bar = '#'.repeat(filled).padEnd(BAR_LENGTH, '.');
  return `[${bar}] ${done.toLocaleString('en')} of ${all.toLocaleString('en')}`;
}
