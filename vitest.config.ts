import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What waits for something to happen gives a loaded machine its time.
    expect: { poll: { timeout: 15_000 } },
    // Hundreds of processes are started from source: what one has compiled, the next need not compile again.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'aisecops-compile-cache') },
    // Two cores: tests that start a gateway of their own must not starve each other.
    maxWorkers: 2,
  },
});
