import prettyBytes from 'pretty-bytes'
import type { Progress } from './output.ts'

/** Shows bytes, and how fast they come. */
export function showRate(progress: Progress): (bytes: number) => void {
  const began = performance.now()
  return (bytes) => {
    const seconds = Math.max((performance.now() - began) / 1000, 0.001)
    progress.update(`${prettyBytes(bytes)} compressed, ${prettyBytes(bytes / seconds)}/s`)
  }
}
