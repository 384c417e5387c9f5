/** What may be wrong with an answer although it comes: the same bytes, spoiled. */
const asJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** Every object in it, and those inside, with `change` done to it. */
function throughout(value: unknown, change: (object: Record<string, unknown>) => Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => throughout(one, change))
  return isObject(value) ? change(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, throughout(inner, change)]))) : value
}

export const spoilings = {
  'empty body': () => Buffer.alloc(0),
  'null': () => Buffer.from('null'),
  'empty object': () => Buffer.from('{}'),
  'array instead of object': (body: Buffer) => Buffer.concat([Buffer.from('['), body, Buffer.from(']')]),
  'first field missing': (body: Buffer) => text(throughout(asJson(body), (object) => Object.fromEntries(Object.entries(object).slice(1)))),
  'more fields': (body: Buffer) => text(throughout(asJson(body), (object) => ({ ...object, 'noe-helt-nytt': { aa: [1, null, 'å'] } }))),
  'every value null': (body: Buffer) => text(throughout(asJson(body), (object) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, isObject(value) || Array.isArray(value) ? value : null])))),
  /** The first key twice, with nonsense last: whoever takes the last value takes nonsense. */
  'a key twice': (body: Buffer) => {
    const value = asJson(body)
    const [key] = isObject(value) ? Object.keys(value) : []
    return key === undefined ? body : Buffer.from(`${JSON.stringify(value).slice(0, -1)},${JSON.stringify(key)}:{"x":1}}`)
  },
  'byte order mark': (body: Buffer) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  'latin-1': (body: Buffer) => Buffer.from(body.toString('utf8'), 'latin1'),
  'utf-16': (body: Buffer) => Buffer.from(`\ufeff${body.toString('utf8')}`, 'utf16le'),
  'something after the end': (body: Buffer) => Buffer.concat([body, Buffer.from(' {}')]),
  'a very deep answer': () => Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)),
  'expires in a billion seconds': (body: Buffer) => text({ ...(asJson(body) as object), expires_in: 1_000_000_000 }),
} as const satisfies Record<string, (body: Buffer) => Buffer>
export type Spoiling = keyof typeof spoilings
export const isSpoiling = (fault: string): fault is Spoiling => Object.hasOwn(spoilings, fault)
