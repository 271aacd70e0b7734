import { readCommand } from './read-command.ts'
import { runCommand } from './run-command.ts'
import type { Place } from './running.ts'
import type { Shell } from './shell.ts'
import { writeCommand } from './write-command.ts'

/** The shell of a place where commands can be started. */
export function shellAt(place: Place): Shell {
  return {
    read: (command, options) => readCommand(place, command, options),
    write: (command, options) => writeCommand(place, command, options),
    run: (command, options) => runCommand(place, command, options),
  }
}
