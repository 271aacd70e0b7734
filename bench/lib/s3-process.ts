import { startS3 } from '@raxx/testkit/s3'

// The S3 server in a process of its own, so that its work and memory are not counted as the program's. It keeps no contents.
const s3 = await startS3({ store: 'discard' })
s3.addBucket('bench')
process.stdout.write(`listening on ${s3.url}\n`)
