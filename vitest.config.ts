import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What waits for something to happen gives a loaded machine its time.
    expect: { poll: { timeout: 15_000 } },
    // Two cores: tests that start a gateway of their own must not starve each other.
    maxWorkers: 2,
  },
});
