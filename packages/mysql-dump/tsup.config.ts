import { defineConfig } from 'tsup'

export default defineConfig({
  // The worker is a file of its own: `inspect` starts it as a thread.
  entry: ['src/index.ts', 'src/inspect-worker.ts'],
  format: 'esm',
  target: 'node22',
  clean: true,
})
