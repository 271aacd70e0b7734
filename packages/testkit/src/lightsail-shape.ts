/** A resource's name: the pattern of Lightsail's model, the length of its console. */
export const NAME: {
  readonly type: 'string'
  readonly required: true
  readonly pattern: RegExp
  readonly min: 2
  readonly max: 255
} = { type: 'string', required: true, pattern: /^\w[\w-]*\w$/, min: 2, max: 255 }

export const TOKEN: { readonly type: 'string' } = { type: 'string' }

export const TAGS: {
  readonly type: 'list'
  readonly max: 50
  readonly of: {
    readonly type: 'structure'
    readonly fields: {
      readonly key: { readonly type: 'string'; readonly required: true; readonly min: 1; readonly max: 128 }
      readonly value: { readonly type: 'string'; readonly max: 256 }
    }
  }
} = {
  type: 'list',
  max: 50,
  of: {
    type: 'structure',
    fields: {
      key: { type: 'string', required: true, min: 1, max: 128 },
      value: { type: 'string', max: 256 },
    },
  },
}
