import { defineConfig } from 'vitest/config'

export default defineConfig({
  // The oldest Node that is supported does not know `using`.
  oxc: { target: 'node22' },
  ssr: { resolve: { conditions: ['dev', 'node'] } },
  test: {
    // Two cores: more workers only make real servers start slower.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{packages,apps}/*/src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
