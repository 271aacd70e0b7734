import { bucketNamed, type LifecycleRule, newBucket } from './buckets.ts'
import { keyArn } from './describe.ts'
import { Refusal } from './errors.ts'
import type { Handler } from './exchange.ts'
import { childText, type XmlElement } from './xml.ts'

const malformed = (): Refusal =>
  new Refusal(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((one) => one.name === name)
}

export const createBucket: Handler = ({ bucket: name, xml }, world) => {
  if (!/^(?!xn--|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(name) || name.includes('..'))
    throw new Refusal('InvalidBucketName', 'The specified bucket is not valid.')
  const constraint = xml && childText(xml, 'LocationConstraint')
  if (world.region === 'us-east-1' && constraint === 'us-east-1')
    throw new Refusal('InvalidLocationConstraint', 'The specified location-constraint is not valid')
  if ((constraint ?? 'us-east-1') !== world.region)
    throw new Refusal(
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  const existing = world.buckets.get(name)
  if (existing?.foreign)
    throw new Refusal(
      'BucketAlreadyExists',
      'The requested bucket name is not available. Please select a different name and try again.',
    )
  // In us-east-1 alone, making one's own bucket again succeeds.
  if (existing && world.region !== 'us-east-1')
    throw new Refusal(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
    )
  if (!existing) world.buckets.set(name, newBucket(name, world.now()))
  return { status: 200, headers: { location: `/${name}` } }
}

export const headBucket: Handler = ({ bucket }, world) => {
  bucketNamed(world.buckets, bucket)
  return { status: 200 }
}

export const deleteBucket: Handler = ({ bucket: name }, world) => {
  const bucket = bucketNamed(world.buckets, name)
  if (bucket.objects.size > 0)
    throw new Refusal('BucketNotEmpty', 'The bucket you tried to delete is not empty')
  world.buckets.delete(name)
  return { status: 204 }
}

export const getBucketLocation: Handler = ({ bucket }, world) => {
  bucketNamed(world.buckets, bucket)
  return { status: 200, xml: ['LocationConstraint', world.region === 'us-east-1' ? '' : world.region] }
}

export const getBucketVersioning: Handler = ({ bucket }, world) => {
  bucketNamed(world.buckets, bucket)
  return { status: 200, xml: ['VersioningConfiguration', {}] }
}

export const getBucketEncryption: Handler = ({ bucket }, world) => {
  const { encryption } = bucketNamed(world.buckets, bucket)
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: encryption.sse, KMSMasterKeyID: encryption.kmsKeyId },
    BucketKeyEnabled: encryption.bucketKey === true,
  }
  return { status: 200, xml: ['ServerSideEncryptionConfiguration', { Rule: rule }] }
}

export const putBucketEncryption: Handler = ({ bucket: name, xml }, world) => {
  const bucket = bucketNamed(world.buckets, name)
  const rule = xml?.name === 'ServerSideEncryptionConfiguration' ? child(xml, 'Rule') : undefined
  const byDefault = child(rule, 'ApplyServerSideEncryptionByDefault')
  const sse = byDefault && childText(byDefault, 'SSEAlgorithm')
  if (!rule || !byDefault || (sse !== 'AES256' && sse !== 'aws:kms' && sse !== 'aws:kms:dsse'))
    throw malformed()
  const key = childText(byDefault, 'KMSMasterKeyID')
  if (sse === 'AES256' && key !== undefined)
    throw new Refusal(
      'InvalidArgument',
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms',
    )
  const bucketKey = childText(rule, 'BucketKeyEnabled') === 'true'
  bucket.encryption = { sse, bucketKey, ...(sse !== 'AES256' && { kmsKeyId: keyArn(key, world) }) }
  return { status: 200 }
}

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const

export const getPublicAccessBlock: Handler = ({ bucket }, world) => {
  const { publicAccessBlock } = bucketNamed(world.buckets, bucket)
  if (!publicAccessBlock)
    throw new Refusal(
      'NoSuchPublicAccessBlockConfiguration',
      'The public access block configuration was not found',
    )
  return { status: 200, xml: ['PublicAccessBlockConfiguration', publicAccessBlock] }
}

export const putPublicAccessBlock: Handler = ({ bucket: name, xml }, world) => {
  const bucket = bucketNamed(world.buckets, name)
  if (xml?.name !== 'PublicAccessBlockConfiguration') throw malformed()
  bucket.publicAccessBlock = Object.fromEntries(
    BLOCKS.map((block) => [block, childText(xml, block) === 'true']),
  )
  return { status: 200 }
}

export const getBucketLifecycle: Handler = ({ bucket }, world) => {
  const { lifecycle } = bucketNamed(world.buckets, bucket)
  if (!lifecycle)
    throw new Refusal('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist')
  const rules = lifecycle.map((rule) => ({
    ID: rule.id,
    Filter: { Prefix: rule.prefix },
    Status: rule.status,
    Expiration: rule.expirationDays === undefined ? undefined : { Days: rule.expirationDays },
    AbortIncompleteMultipartUpload:
      rule.abortIncompleteAfterDays === undefined
        ? undefined
        : { DaysAfterInitiation: rule.abortIncompleteAfterDays },
  }))
  return { status: 200, xml: ['LifecycleConfiguration', { Rule: rules }] }
}

function lifecycleRule(rule: XmlElement): LifecycleRule {
  const known = ['ID', 'Filter', 'Prefix', 'Status', 'Expiration', 'AbortIncompleteMultipartUpload']
  const other = rule.children.find((one) => !known.includes(one.name))
  if (other) throw new Refusal('NotImplemented', `A lifecycle rule with ${other.name} is not built`)
  const days = (element: string, field: string): number | undefined => {
    const within = child(rule, element)
    if (!within) return undefined
    const count = Number(childText(within, field))
    if (!Number.isInteger(count) || count < 1)
      throw new Refusal('InvalidArgument', `'${field}' must be a positive integer`)
    return count
  }
  const id = childText(rule, 'ID')
  const status = childText(rule, 'Status')
  const filter = child(rule, 'Filter')
  const expirationDays = days('Expiration', 'Days')
  const abortIncompleteAfterDays = days('AbortIncompleteMultipartUpload', 'DaysAfterInitiation')
  const acts = expirationDays !== undefined || abortIncompleteAfterDays !== undefined
  if ((status !== 'Enabled' && status !== 'Disabled') || (!filter && !child(rule, 'Prefix')) || !acts)
    throw malformed()
  return {
    status,
    prefix: (filter ? childText(filter, 'Prefix') : childText(rule, 'Prefix')) ?? '',
    ...(id !== undefined && { id }),
    ...(expirationDays !== undefined && { expirationDays }),
    ...(abortIncompleteAfterDays !== undefined && { abortIncompleteAfterDays }),
  }
}

export const putBucketLifecycle: Handler = ({ bucket: name, xml }, world) => {
  const bucket = bucketNamed(world.buckets, name)
  const rules =
    xml?.name === 'LifecycleConfiguration' ? xml.children.filter((one) => one.name === 'Rule') : []
  if (rules.length === 0) throw malformed()
  bucket.lifecycle = rules.map(lifecycleRule)
  return { status: 200 }
}
