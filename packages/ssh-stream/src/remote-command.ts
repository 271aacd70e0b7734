import type { ClientChannel } from 'ssh2'
import type { Connection } from './connection.ts'
import { SshError } from './errors.ts'
import { LOST_HINT } from './failure.ts'
import type { Ending, Loss, Running } from './running.ts'

/** Starts a command in a channel of its own; sshd gives it to the user's login shell with `-c`. */
export function startRemote(connection: Connection, command: string, name: string): Promise<Running> {
  const { client, host } = connection
  return new Promise((resolve, reject) => {
    const onLoss = ({ code, reason, cause }: Loss): void => {
      if (code === 'CLOSED') {
        return reject(new SshError(code, `the connection to ${host} was closed before ${name} was started`))
      }
      const message = `lost the connection to ${host} before ${name} was started: ${reason}`
      reject(new SshError(code, message, { cause, hint: LOST_HINT }))
    }
    if (connection.loss) return onLoss(connection.loss)
    const off = connection.onLoss(onLoss)
    client.exec(command, (error, channel) => {
      if (connection.loss) return
      off()
      if (!error) return resolve(running(channel, connection))
      reject(
        new SshError('START_FAILED', `${host} refused to start ${name}: ${error.message}`, {
          cause: error,
          hint: `Look at sshd's log on the host; MaxSessions limits the commands of one connection.`,
        }),
      )
    })
  })
}

// Within the callback of exec(): what follows on the wire is handled in the same turn, and its events would be missed later.
function running(channel: ClientChannel, connection: Connection): Running {
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  const ended = new Promise<Ending>((resolve) => {
    const off = connection.onLoss(resolve)
    // After a loss ssh2 closes the channel itself, and even with exit code 0: sshd reports the exit before it has sent the
    // last of the output. So once lost, a command has failed, and what the channel says no longer counts.
    channel.once('close', (code?: number | null, signal?: string) => {
      const settle = (): void => {
        off()
        resolve(endingOf(code, signal))
      }
      if (channel.stderr.readableEnded) settle()
      else channel.stderr.once('end', settle)
    })
  })
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    kill() {
      // A command that reads its input must not take the cut for its end. sshd passes this on for everyone but root.
      if (!connection.loss) {
        if (!channel.writableEnded) channel.signal('TERM')
        channel.close()
      }
      // ssh2 forgets a channel only once all of it was consumed.
      channel.removeAllListeners('data').resume()
      channel.stderr.removeAllListeners('data').resume()
    },
  }
}

function endingOf(code: number | null | undefined, signal: string | undefined): Ending {
  if (typeof code === 'number') return { kind: 'exited', code }
  return signal === undefined ? { kind: 'unknown' } : { kind: 'signalled', signal }
}
