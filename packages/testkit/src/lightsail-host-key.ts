import { createHash, generateKeyPairSync } from 'node:crypto'
import { operation, type Operation } from './aws-json.ts'
import { NAME } from './lightsail-shape.ts'
import { existing, type HostKey, type LightsailState } from './lightsail-state.ts'

/** GetInstanceAccessDetails: a temporary key, and the host keys that Lightsail saw once the instance had come up. */
export function accessOperations(state: LightsailState): Record<string, Operation> {
  return {
    GetInstanceAccessDetails: operation({
      writes: false,
      input: { instanceName: NAME, protocol: { type: 'string', oneOf: ['ssh', 'rdp'] } },
      handle({ instanceName, protocol = 'ssh' }) {
        const instance = existing(state.instances, 'Instance', instanceName)
        const staticIp = [...state.staticIps.values()].find((ip) => ip.attachedTo === instanceName)
        const { privateKey } = generateKeyPairSync('ed25519')
        return {
          accessDetails: {
            instanceName,
            protocol,
            username: instance.username,
            ipAddress: staticIp?.ipAddress ?? instance.publicIpAddress,
            expiresAt: new Date(state.now().getTime() + 60 * 60_000),
            privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
            certKey: `ssh-ed25519-cert-v01@openssh.com ${Buffer.from(instanceName).toString('base64')}`,
            hostKeys:
              instance.state === 'pending'
                ? []
                : instance.hostKeys.map((key) => hostKeyBody(key, state.now())),
          },
        }
      },
    }),
  }
}

/** Host keys as a machine makes them at its first boot: new ones every time. */
export function newHostKeys(): readonly HostKey[] {
  const { publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const wire = Buffer.concat([...field(Buffer.from('ssh-ed25519')), ...field(raw)])
  return [{ algorithm: 'ssh-ed25519', publicKey: wire.toString('base64') }]
}

function hostKeyBody({ algorithm, publicKey }: HostKey, witnessedAt: Date): object {
  const wire = Buffer.from(publicKey, 'base64')
  const digest = (hash: string): Buffer => createHash(hash).update(wire).digest()
  return {
    algorithm,
    publicKey,
    witnessedAt,
    fingerprintSHA1: `SHA1:${digest('sha1').toString('base64').replace(/=+$/, '')}`,
    fingerprintSHA256: `SHA256:${digest('sha256').toString('base64').replace(/=+$/, '')}`,
  }
}

// A field of SSH's wire format: its length, then itself.
function field(bytes: Buffer): Buffer[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}
