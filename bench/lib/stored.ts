import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Stage } from './stage.ts'

/**
 * The bytes of the dump that a run stored under `prefix`, as the AWS CLI lists it. Rejects when there is none, when it is too
 * small to hold so much SQL, or when the manifest that has to be with it is not: such a run is no measurement.
 */
export async function storedDump(
  stage: Stage,
  prefix: string,
  expected: { readonly sqlBytes: number; readonly manifest: boolean },
): Promise<number> {
  const args = ['--endpoint-url', stage.s3.url, 's3', 'ls', '--recursive', `s3://bench/${prefix}`]
  // `aws s3 ls` exits 1 when it finds nothing.
  const { stdout } = await promisify(execFile)('/usr/bin/aws', args, { env: stage.env }).catch(
    (error: unknown) => {
      throw new Error(`nothing was stored under ${prefix}: the run did not do its work`, { cause: error })
    },
  )
  const listed = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const dump = listed.find(([, , , key]) => key?.endsWith('.sql.gz'))
  const bytes = Number(dump?.[2] ?? 0)
  if (bytes < expected.sqlBytes / 20)
    throw new Error(`the dump under ${prefix} has ${bytes} bytes:\n${stdout}`)
  if (expected.manifest && !listed.some(([, , , key]) => key?.endsWith('.manifest.json')))
    throw new Error(`the dump under ${prefix} has no manifest:\n${stdout}`)
  return bytes
}
