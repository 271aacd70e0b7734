import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Runs the first `ts` block of a package's README as a program of its own, from source, so that the example that users copy
 * is one that works. The example imports the package by its name; clients find the test's servers through `env`.
 * Rejects with the program's stderr when it exits with anything but 0.
 */
export async function runReadmeExample(
  readme: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string }> {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(readme, 'utf8'))?.[1]
  if (code === undefined) throw new Error(`${readme.pathname} has no ts block`)
  const file = join(dirname(fileURLToPath(readme)), `.readme-example-${process.pid}.ts`)
  writeFileSync(file, code)
  try {
    return await new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        ['-C', 'dev', file],
        { env: { ...process.env, ...env }, timeout: 60_000 },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`the README's example failed:\n${stderr}`, { cause: error }))
          else resolve({ stdout, stderr })
        },
      )
    })
  } finally {
    rmSync(file, { force: true })
  }
}
