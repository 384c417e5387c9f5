/**
 * PostgreSQL's frontend/backend protocol, version 3, as far as one must understand it to stop a commit on its way: a stream
 * of messages of a type, a length and a body. Only the first message of a connection has no type.
 */
export type Message = { readonly type: string; readonly body: Buffer; readonly bytes: Buffer }

/** Cuts a stream into messages; give it every chunk in turn. `untyped`: how many at the beginning have no type. */
export function createCutter(untyped: 0 | 1): (chunk: Buffer) => Message[] {
  let rest = Buffer.alloc(0)
  let bare: number = untyped
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const messages: Message[] = []
    for (;;) {
      const head = bare > 0 ? 0 : 1
      if (rest.length < head + 4) return messages
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return messages
      messages.push({ type: head === 0 ? '' : String.fromCharCode(rest[0] ?? 0), body: rest.subarray(head + 4, end), bytes: rest.subarray(0, end) })
      rest = rest.subarray(end)
      if (bare > 0) bare--
    }
  }
}

/** The texts that a body holds from its beginning, each ended by a zero. */
export function texts(body: Buffer, count: number): string[] {
  const found: string[] = []
  let from = 0
  for (let n = 0; n < count; n++) {
    const end = body.indexOf(0, from)
    if (end === -1) return found
    found.push(body.toString('utf8', from, end))
    from = end + 1
  }
  return found
}

/** Follows what a connection runs: statements that were prepared under a name are told by their text. */
export function createReader(): (message: Message) => string | null {
  const prepared = new Map<string, string>()
  return ({ type, body }) => {
    switch (type) {
      case 'P': {
        const [name = '', sql = ''] = texts(body, 2)
        prepared.set(name, sql)
        return null
      }
      case 'B':
        return prepared.get(texts(body, 2)[1] ?? '') ?? ''
      case 'Q':
        return texts(body, 1)[0] ?? ''
      default:
        return null
    }
  }
}
