import { defineConfig } from 'tsup'

// Runs before anything of the bundle does, so it is written for any Node that parses it.
const NODE_CHECK =
  "var __node=process.versions.node.split('.').map(Number);" +
  "if(__node[0]<22||(__node[0]===22&&__node[1]<18)){process.stderr.write('raxx-backup needs Node 22.18 or newer; this is '+process.version+'\\n');process.exit(2)}"

export default defineConfig({
  entry: { main: 'src/main.ts', 'inspect-worker': '../../packages/mysql-dump/src/inspect-worker.ts' },
  // CommonJS, because ssh2 requires its parts at run time; one file each, with nothing to install.
  format: 'cjs',
  target: 'node14',
  platform: 'node',
  // ssh2 asks for two native parts, and does without them, in JavaScript.
  external: ['cpu-features', /\.node$/],
  noExternal: [/^(?!cpu-features$|.*\.node$)/],
  shims: true,
  splitting: false,
  clean: true,
  banner: { js: `#!/usr/bin/env node\n${NODE_CHECK}` },
})
