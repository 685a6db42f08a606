import type { Terminal } from './command.ts';

const INTERVAL_MS = 200;

/** Shows how far a long work is, on one line of standard error, and nothing where that is no terminal. */
export class Progress {
  readonly #terminal: Terminal;
  #lastMs = 0;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(text: () => string): void {
    const nowMs = performance.now();
    if (!this.#terminal.isInteractive || nowMs - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = nowMs;
    this.#isShown = true;
    this.#terminal.err(`\r\u001b[K${text()}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#terminal.err('\r\u001b[K');
    this.#isShown = false;
  }
}
