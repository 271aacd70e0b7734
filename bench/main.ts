import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// npm run bench [-- NAME [OPTIONS]]: runs one bench, or each in turn. A bench is a script of its own beside this one.
const here = fileURLToPath(new URL('.', import.meta.url))
const benches = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3))
const [first = '', ...rest] = process.argv.slice(2)
const named = first !== '' && !first.startsWith('-')
if (first === '--help' || (named && !benches.includes(first))) {
  process.stderr.write(
    `usage: npm run bench [-- NAME [OPTIONS]], where NAME is one of: ${benches.join(', ')}\n`,
  )
  process.exit(first === '--help' ? 0 : 2)
}
for (const name of named ? [first] : benches) {
  const args = named ? rest : process.argv.slice(2)
  process.stdout.write(`\n${name}\n`)
  const run = spawn(process.execPath, ['-C', 'dev', `${here}${name}.ts`, ...args], { stdio: 'inherit' })
  const [code] = (await once(run, 'exit')) as [number | null]
  if (code !== 0) process.exitCode = code ?? 1
}
