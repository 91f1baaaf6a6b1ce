import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where a failing test leaves its logs and pictures. */
process.env.COVE_TEST_ARTIFACTS ??= fileURLToPath(new URL('.cove/artifacts', import.meta.url));

const minutes = (n: number) => n * 60_000;

/** What is waited for may take long on a busy machine; a test that would fail waits in vain, one that passes does not. */
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect,
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/sim/**/*.test.ts'],
          // `npm run check` is for between two thoughts: the clouds' SDKs take as long as all the rest.
          exclude: process.env.COVE_TEST_QUICK === 'true' ? ['test/unit/{stacks,fakes}/**'] : [],
          setupFiles: ['test/support/start-nothing.ts'],
          // These files share no state that a test changes: loading everything once halves the time.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'services',
          expect,
          include: ['test/services/**/*.test.ts'],
          globalSetup: ['test/support/global-services.ts'],
          // Of two cores one would be left idle.
          maxWorkers: 2,
          testTimeout: 20_000,
          hookTimeout: minutes(2),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'engine',
          expect,
          include: ['test/engine/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: minutes(3),
          hookTimeout: minutes(15),
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          expect,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/global.ts'],
          fileParallelism: false,
          testTimeout: minutes(3),
          hookTimeout: minutes(5),
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'faults',
          expect,
          include: ['test/faults/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: minutes(15),
          hookTimeout: minutes(15),
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'boot',
          expect,
          include: ['test/boot/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: minutes(15),
          hookTimeout: minutes(15),
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'cluster',
          expect,
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: minutes(15),
          // The first time it builds Kubernetes.
          hookTimeout: minutes(90),
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
