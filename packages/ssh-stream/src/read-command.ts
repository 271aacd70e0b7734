import { Readable } from 'node:stream'
import { attend } from './attend.ts'
import type { Place, Running } from './running.ts'
import type { CommandOptions } from './shell.ts'

/** A command's stdout; see `Shell.read`. */
export function readCommand(place: Place, command: string, options: CommandOptions = {}): Readable {
  let running: Running | undefined
  const stream = new Readable({
    read() {
      attended.waiting(true)
      running?.stdout.resume()
    },
    destroy(error, callback) {
      attended.release()
      callback(error)
    },
  })
  const attended = attend(place, command, options, {
    started(now) {
      running = now
      now.stdin.end(options.input ?? '')
      now.stdout.on('data', (chunk: Buffer) => {
        attended.count(chunk.length)
        if (stream.push(chunk)) return
        attended.waiting(false)
        now.stdout.pause()
      })
    },
    succeeded: () => stream.push(null),
    failed: (error) => stream.destroy(error),
  })
  return stream
}
