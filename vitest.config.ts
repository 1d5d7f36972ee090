import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['ts/test/**/*.test.ts'],
    // The native engine uses every core it is given and owns process-wide counters (live bytes, FFT wisdom):
    // separate processes keep those apart, one at a time keeps two files from sharing the cores.
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
