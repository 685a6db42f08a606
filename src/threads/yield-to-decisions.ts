import { setPriority } from 'node:os';

/** How much less than the others a thread gets where there are more of them than processors: about a ninth at 10. */
const NICE = 10;

/**
 * Lets the thread that calls it have what the others leave: for work that takes seconds and that no decision waits for. Only
 * on Linux, where threads have priorities of their own.
 */
export function yieldToDecisions(): void {
  if (process.platform === 'linux') setPriority(NICE);
}
