import { readFile } from 'node:fs/promises'
import { LightsailClient } from '@aws-sdk/client-lightsail'
import { S3Client } from '@aws-sdk/client-s3'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Channel } from '@raxx/notifier'
import { s3ClientOptions } from '@raxx/s3-stream'
import { type SecretRef, type Site, resolveSecret } from '@raxx/site-config'
import { openChannels } from './channels.ts'
import type { Interrupt } from './interrupt.ts'
import type { Output } from './output.ts'

/** All that a command reaches outside itself: AWS, secrets, the clock, the terminal, the people. */
export interface World extends Disposable {
  readonly s3: S3Client
  readonly lightsail: LightsailClient
  readonly env: Readonly<Record<string, string | undefined>>
  readonly output: Output
  readonly signal: AbortSignal
  readonly now: () => Date
  /** Reads a secret and hides it from everything printed from then on. */
  secret(ref: SecretRef): Promise<string>
  channels(site: Site): Promise<readonly Channel[]>
  /** How long telling people may take: half a minute, and less once the run is being interrupted. */
  readonly telling: { readonly timeoutMs: number; readonly signal: AbortSignal }
}

const TELLING_MS = 30_000

// AWS answers within seconds or not at all; the SDK's own default is to wait for ever.
const PATIENCE = {
  connectionTimeout: 10_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
  socketTimeout: 60_000,
}

/** Builds the clients of one site. Endpoints and credentials come from the SDK's own variables and chain. */
export function openWorld(
  site: Site,
  around: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly output: Output
    readonly interrupt: Interrupt
  },
): World {
  const { env, output, interrupt } = around
  const aws = { region: site.region, requestHandler: PATIENCE }
  const ownS3 = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || undefined
  const ssm = new SSMClient(aws)
  const { signal } = interrupt
  const secretWithin = async (ref: SecretRef, limit: AbortSignal): Promise<string> => {
    const value = await resolveSecret(ref, {
      env,
      readFile: (path) => readFile(path, { encoding: 'utf8', signal: limit }),
      getParameter: async (name) => {
        const answer = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
          abortSignal: limit,
        })
        return answer.Parameter?.Value
      },
    })
    output.hide(value)
    return value
  }
  const s3 = new S3Client({ region: site.region, ...s3ClientOptions(ownS3) })
  const lightsail = new LightsailClient(aws)
  return {
    s3,
    lightsail,
    env,
    output,
    signal,
    now: () => new Date(),
    secret: (ref) => secretWithin(ref, signal),
    // An interrupted run still has to tell of it, so its own signal does not count here.
    channels: (one) =>
      openChannels(one, {
        env,
        output,
        secret: (ref) =>
          secretWithin(ref, AbortSignal.any([interrupt.lastCall, AbortSignal.timeout(TELLING_MS)])),
      }),
    telling: { timeoutMs: TELLING_MS, signal: interrupt.lastCall },
    // Open connections would keep the process waiting after its work is done.
    [Symbol.dispose]: () => [s3, lightsail, ssm].forEach((client) => client.destroy()),
  }
}
