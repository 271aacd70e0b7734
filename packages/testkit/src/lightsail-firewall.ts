import { isIPv4, isIPv6 } from 'node:net'
import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { changeable } from './lightsail-instance.ts'
import { operationBody, recordOperation } from './lightsail-operation.ts'
import { NAME } from './lightsail-shape.ts'
import { existing, type LightsailState, type PortRule } from './lightsail-state.ts'

const PORT = { type: 'integer', min: -1, max: 65535 } as const
const TEXTS = { type: 'list', of: { type: 'string' } } as const

/** GetInstancePortStates and PutInstancePublicPorts, which closes everything that it does not list. */
export function firewallOperations(state: LightsailState): Record<string, Operation> {
  return {
    GetInstancePortStates: operation({
      writes: false,
      input: { instanceName: NAME },
      handle: ({ instanceName }) => ({
        portStates: existing(state.instances, 'Instance', instanceName).ports.map((rule) => ({
          ...rule,
          state: 'open',
        })),
      }),
    }),
    PutInstancePublicPorts: operation({
      writes: true,
      input: {
        instanceName: NAME,
        portInfos: {
          type: 'list',
          required: true,
          of: {
            type: 'structure',
            fields: {
              fromPort: PORT,
              toPort: PORT,
              protocol: { type: 'string', oneOf: ['tcp', 'all', 'udp', 'icmp', 'icmpv6'] },
              cidrs: TEXTS,
              ipv6Cidrs: TEXTS,
              cidrListAliases: TEXTS,
            },
          },
        },
      },
      handle({ instanceName, portInfos }) {
        const instance = changeable(state, instanceName)
        instance.ports = portInfos.map(checkedRule)
        const record = recordOperation(state, {
          resourceName: instanceName,
          resourceType: 'Instance',
          operationType: 'PutInstancePublicPorts',
          availabilityZone: instance.availabilityZone,
        })
        return { operation: operationBody(record) }
      },
    }),
  }
}

/**
 * The firewall that a new instance of a blueprint has: plain operating systems open 22 and 80 only, application blueprints
 * 443 too, all to the whole world. An instance made from a snapshot gets these as well, never its source's rules.
 */
export function defaultPorts(blueprintId: string): readonly PortRule[] {
  const plain = /^(amazon_linux|debian|ubuntu|centos|alma|rocky|opensuse|freebsd)/.test(blueprintId)
  return (plain ? [22, 80] : [22, 80, 443]).map((port) => ({
    fromPort: port,
    toPort: port,
    protocol: 'tcp',
    cidrs: ['0.0.0.0/0'],
    ipv6Cidrs: ['::/0'],
    cidrListAliases: [],
  }))
}

function checkedRule(info: {
  readonly fromPort?: number
  readonly toPort?: number
  readonly protocol?: string
  readonly cidrs?: readonly string[]
  readonly ipv6Cidrs?: readonly string[]
  readonly cidrListAliases?: readonly string[]
}): PortRule {
  const { fromPort, toPort, protocol, cidrs = [], ipv6Cidrs = [], cidrListAliases = [] } = info
  if (protocol === undefined || fromPort === undefined || toPort === undefined) {
    return wrong('fromPort, toPort and protocol are needed')
  }
  if (!protocol.startsWith('icmp') && (fromPort < 0 || fromPort > toPort))
    wrong(`ports ${fromPort} to ${toPort}`)
  for (const cidr of cidrs) if (!isCidr(cidr, 32, isIPv4)) wrong(`the range ${cidr}`)
  for (const cidr of ipv6Cidrs) if (!isCidr(cidr, 128, isIPv6)) wrong(`the range ${cidr}`)
  for (const alias of cidrListAliases) if (alias !== 'lightsail-connect') wrong(`the alias ${alias}`)
  const open = cidrs.length + ipv6Cidrs.length + cidrListAliases.length === 0
  return open
    ? { fromPort, toPort, protocol, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases }
    : { fromPort, toPort, protocol, cidrs, ipv6Cidrs, cidrListAliases }
}

// An address alone is taken as a range of one.
function isCidr(text: string, bits: number, isAddress: (address: string) => boolean): boolean {
  const [address = '', size, ...more] = text.split('/')
  const sized = size === undefined || (/^\d{1,3}$/.test(size) && Number(size) <= bits)
  return isAddress(address) && sized && more.length === 0
}

function wrong(what: string): never {
  throw lightsailError(
    'InvalidInputException',
    `The port information is not valid: ${what}`,
    'InvalidParameter',
  )
}
