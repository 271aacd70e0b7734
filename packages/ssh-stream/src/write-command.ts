import { Writable } from 'node:stream'
import { attend } from './attend.ts'
import type { Place, Running } from './running.ts'
import type { CommandOptions } from './shell.ts'

/** A command's stdin; see `Shell.write`. */
export function writeCommand(place: Place, command: string, options: CommandOptions = {}): Writable {
  let running: Running | undefined
  let held: ((running: Running) => void) | undefined
  let finish: (() => void) | undefined
  // Node asks for one thing at a time, so that one thing at most waits for the start.
  const whenStarted = (work: (running: Running) => void): void => {
    attended.waiting(true)
    if (running) work(running)
    else held = work
  }
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      whenStarted(({ stdin }) => {
        stdin.write(chunk, (error) => {
          // A refused write says less than the ending that follows it: an exit code, a lost connection.
          if (error) return
          attended.count(chunk.length)
          attended.waiting(false)
          callback()
        })
      })
    },
    final(callback) {
      whenStarted(({ stdin }) => {
        finish = callback
        stdin.end()
      })
    },
    destroy(error, callback) {
      attended.release()
      callback(error)
    },
  })
  const attended = attend(place, command, options, {
    started(now) {
      running = now
      now.stdout.resume()
      if (options.input !== undefined) now.stdin.write(options.input)
      held?.(now)
      held = undefined
    },
    succeeded() {
      if (finish) return finish()
      stream.destroy(
        attended.error(
          'INPUT_UNREAD',
          'exited with 0 before it had been given all of its input',
          'Look at what the command reads: the rest of the data was not used.',
        ),
      )
    },
    failed: (error) => stream.destroy(error),
  })
  return stream
}
