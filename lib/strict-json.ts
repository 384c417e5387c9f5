/** As JSON.parse takes it; `source` is how a number was written. */
export type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** Nothing that we are answered is nested deeper. */
const DEEPEST = 16
/** In JSON that is well formed: every string, and every sign that builds something. */
const parts = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g

/**
 * JSON that every reader understands alike (RFC 8259 §4 and §8.1, ASVS 1.5.3): no name twice in an object, no
 * `__proto__`, no byte order mark, no bytes that were not UTF-8, no number beyond all numbers, nothing nested without
 * end. Throws on anything else, as on what is no JSON at all.
 */
export function parseStrictly(text: string, revive: Reviver = (_key, value) => value): unknown {
  if (/^\uFEFF|\uFFFD/.test(text)) throw new SyntaxError('not UTF-8 without a mark')
  refuseDoubt(text)
  return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, (key, value, context) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('a number beyond all numbers')
    return revive(key, value, context)
  })
}

function refuseDoubt(text: string): void {
  /** The names in each object that is open; null for a list. */
  const open: (Set<string> | null)[] = []
  let before = ''
  for (const [part] of text.matchAll(parts)) {
    if (part === '{' || part === '[') open.push(part === '{' ? new Set() : null)
    else if (part === '}' || part === ']') open.pop()
    else if (part === ':') {
      const name = JSON.parse(before || '""') as string
      if (name === '__proto__' || open.at(-1)?.has(name)) throw new SyntaxError('a name twice, or one that means something else')
      open.at(-1)?.add(name)
    } else before = part
    if (open.length > DEEPEST) throw new SyntaxError('too deep')
  }
}
