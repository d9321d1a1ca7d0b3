import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], options: Record<string, unknown> = {}) => ({
  test: { name, include, testTimeout: 30_000, hookTimeout: 120_000, ...options },
});

/**
 * `npm test` runs unit, infra and integration, on every processor (vitest leaves one alone otherwise). The rest are CI's deeper stages: they install what they hold the
 * adapters against, or take minutes by design.
 */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], { maxWorkers: '100%' }),
      project('infra', ['test/infra/**/*.test.ts'], { maxWorkers: '100%', testTimeout: 120_000 }),
      // After the others: an engine and what a test does to it keep about one processor busy.
      project('integration', ['test/integration/**/*.test.ts'], {
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
        testTimeout: 120_000,
      }),
      project('simulation', ['test/simulation/**/*.test.ts'], {
        fileParallelism: false,
        testTimeout: 600_000,
      }),
      project(
        'conformance',
        [
          'test/conformance/{dynamodb,compute,network,storage,balancing,metrics,messaging,objects,secrets,functions}/**/*.test.ts',
        ],
        {
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      ),
      project('crash', ['test/crash/**/*.test.ts'], { fileParallelism: false, testTimeout: 600_000 }),
      project('deploy', ['test/conformance/deploy/**/*.test.ts'], {
        testTimeout: 900_000,
        hookTimeout: 900_000,
      }),
    ],
  },
});
