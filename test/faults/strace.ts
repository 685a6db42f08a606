import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A fault in the nth call of a kind that touches certain files of a gateway. */
export type Fault = {
  /** The system call, or several that are one to us. */
  call: string;
  /** Paths in the directory of the gateway; a call counts where it touches one of them. */
  files: readonly string[];
  /** What happens instead of the call, or, for a signal, in front of it. */
  does: 'EIO' | 'ENOSPC' | 'EACCES' | 'SIGKILL';
  /** From 1. */
  when: number;
};

/**
 * Why calls cannot be tampered with on this machine; `undefined` where they can. Needs strace and the right to trace a
 * child, which containers often lack.
 */
export function whyNoStrace(): string | undefined {
  const tried = spawnSync('strace', [
    '-D',
    '-f',
    '-e',
    'trace=openat',
    '-e',
    'inject=openat:error=EIO:when=9999',
    'true',
  ]);
  if (tried.error !== undefined) return 'strace is not installed';
  return tried.status === 0
    ? undefined
    : `strace may not trace here: ${tried.stderr.toString().trim().slice(0, 200)}`;
}

/** The command that runs a process with a fault. The process is the child of whoever runs it, and strace is beside it. */
export function straceOf({ call, files, does, when }: Fault, directory: string): string[] {
  const isSignal = does.startsWith('SIG');
  const effect = isSignal ? `signal=${does}` : `error=${does}`;
  // Stops the process at these calls alone, which is faster by much; but a signal cannot be given at such a stop.
  const fast = isSignal ? [] : ['--seccomp-bpf'];
  const paths = files.flatMap((file) => ['-P', join(directory, file)]);
  return [
    'strace',
    ...['-D', '-f', '-qq', ...fast, '-o', join(directory, 'strace.out')],
    ...['-e', `trace=${call}`, '-e', `inject=${call}:${effect}:when=${when}`, ...paths],
  ];
}
