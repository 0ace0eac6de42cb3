import { defineConfig } from 'vitest/config';

/** See src/carillon.js: each thread of ours that a test starts takes the types off. */
const execArgv = ['--wasm-wrapper-tiering-budget=2000000000'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          execArgv,
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          globalSetup: 'test/support/peers.ts',
          // Against hanging, no measure of anything: a busy machine of two cores takes its time.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          execArgv,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/peers.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
