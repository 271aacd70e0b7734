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
  /** How long telling people may take: less when the run is being interrupted. */
  notifyWithin(): { readonly timeoutMs: number }
}

// AWS answers within seconds or not at all; the SDK's own default is to wait for ever. A client lives as long as its command.
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
  const ownS3 = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']
  const ssm = new SSMClient(aws)
  const { signal } = interrupt
  const secret = async (ref: SecretRef): Promise<string> => {
    const value = await resolveSecret(ref, {
      env,
      readFile: (path) => readFile(path, { encoding: 'utf8', signal }),
      getParameter: async (name) => {
        const answer = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
          abortSignal: signal,
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
    secret,
    channels: (one) => openChannels(one, { env, output, secret }),
    notifyWithin: () => ({ timeoutMs: interrupt.leftMs() ?? 30_000 }),
    // Open connections would keep the process waiting after its work is done.
    [Symbol.dispose]: () => [s3, lightsail, ssm].forEach((client) => client.destroy()),
  }
}
