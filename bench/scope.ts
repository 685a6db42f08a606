import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Must do its essential part before it first waits: when the process ends early nobody waits for the rest. */
type Undo = () => unknown;

/** Owns processes and directories for as long as a benchmark runs. */
export type Scope = {
  onEnd(undo: Undo): void;
  /** An empty directory that goes with the scope. */
  directory(): string;
};

/** Runs `work` and undoes what it set up, last first, however it ends; also when the whole process is told to end. */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const undos: Undo[] = [];
  const onEnd = (undo: Undo) => void undos.push(undo);
  const undoNow = () => {
    for (const undo of undos.reverse()) void undo();
  };
  process.once('exit', undoNow);
  try {
    return await work({ onEnd, directory: () => temporaryDirectory(onEnd) });
  } finally {
    process.off('exit', undoNow);
    for (const undo of undos.reverse()) await undo();
  }
}

function temporaryDirectory(onEnd: Scope['onEnd']): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisecops-bench-'));
  onEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
