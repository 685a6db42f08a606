import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread of this process. `name` is the file beside `base`, the caller's `import.meta.url`, that it runs, without
 * ending: the sources run as they are, and so does what is built from them.
 */
export function startThread(base: string, name: string, options: WorkerOptions): Worker {
  return new Worker(new URL(`./${name}.${base.endsWith('.ts') ? 'ts' : 'js'}`, base), options);
}
