import { attend } from './attend.ts'
import type { Place } from './running.ts'
import type { Output, RunOptions } from './shell.ts'

/** A command's whole output; see `Shell.run`. */
export function runCommand(place: Place, command: string, options: RunOptions = {}): Promise<Output> {
  const { maxOutputBytes = 16 * 1024 * 1024 } = options
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const attended = attend(place, command, options, {
      started({ stdin, stdout }) {
        stdin.end(options.input ?? '')
        stdout.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > maxOutputBytes) {
            attended.release()
            return reject(attended.error('OUTPUT_TOO_LARGE', `printed more than ${maxOutputBytes} bytes`))
          }
          chunks.push(chunk)
          attended.count(chunk.length)
        })
      },
      succeeded: (stderr) => resolve({ stdout: Buffer.concat(chunks).toString('utf8'), stderr }),
      failed: reject,
    })
    attended.waiting(true)
  })
}
