import { parentPort, workerData } from 'node:worker_threads'
import { MysqlDumpError } from './errors.ts'
import { type DumpFloors, inspectObject } from './inspect-object.ts'
import type { InspectReport, InspectRequest } from './inspect-messages.ts'

// The body of the thread that `inspect` starts: reads pieces in their order, tells what each came to.

const port = parentPort
if (!port) throw new Error('this file is the body of a worker thread')
const inspector = inspectObject(workerData as DumpFloors)
const report = (message: InspectReport): void => port.postMessage(message)
let last = Promise.resolve()
let failed = false

async function take(piece: InspectRequest): Promise<void> {
  if (failed) return
  try {
    if (piece === 'end') return report({ facts: await inspector.end() })
    await inspector.write(piece)
    report({ read: piece.byteLength })
  } catch (error) {
    failed = true
    if (!(error instanceof MysqlDumpError)) throw error
    const { code, message, hint, cause } = error
    report({ error: { code, message, hint, cause } })
  }
}

port.on('message', (piece: InspectRequest) => {
  last = last.then(() => take(piece))
})
