import { connect, createServer, type Socket } from 'node:net'
import { createCutter, createReader } from './postgres-messages.ts'

/**
 * A moment in the life of a transaction: of the one that runs a statement like this. `before`: everything is done and the
 * commit has not reached PostgreSQL. `after`: it is committed, and nobody has been told.
 */
export type Moment = { readonly sql: RegExp; readonly when: 'before' | 'after' }
export type Stopped = {
  /** PostgreSQL's process for this connection. */
  readonly backend: number
  /** The commit, or the answer to it, goes on. */
  letGo(): void
  /** The connection is cut instead. */
  cut(): void
}
export type Snare = { readonly stopped: Promise<Stopped>; readonly hasStopped: () => boolean; cancel(): void }

/** Stands between an instance and PostgreSQL. */
export type PostgresFront = {
  /** The database's address through it. */
  readonly url: string
  /** Stops the next transaction that comes to this moment. */
  snare(moment: Moment): Snare
  /** From now on: nobody listens; nothing is answered; everything comes so many milliseconds late. */
  refuse(): Promise<void>
  silence(): void
  delay(ms: number): void
  /** Ends every connection that there is. */
  cutAll(): void
  mend(): Promise<void>
  close(): Promise<void>
}

type Laid = { readonly moment: Moment; caught(stopped: Stopped): void }

export async function openPostgresFront(databaseUrl: string): Promise<PostgresFront> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const snares = new Set<Laid>()
  let mode: { silent: boolean; ms: number } = { silent: false, ms: 0 }

  function serve(client: Socket): void {
    const server = connect(Number(target.port), target.hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    const [cutClient, cutServer, read] = [createCutter(1), createCutter(0), createReader()]
    const upward = createFlow(server)
    const downward = createFlow(client)
    let backend = 0
    let inTransaction = false
    /** The snare for the transaction underway, and whether its commit is on the wire. */
    let found: { readonly one: Laid; committing: boolean } | null = null

    const stop = (flow: Flow) => {
      if (!found) return
      const { one } = found
      found = null
      one.caught({ backend, letGo: () => flow.open(), cut: () => void client.destroy() })
    }

    client.on('data', (chunk) => {
      for (const message of cutClient(chunk)) {
        const sql = read(message)
        let ends = false
        if (sql !== null) {
          const one = [...snares].find(({ moment }) => moment.sql.test(sql))
          if (one && !found) {
            snares.delete(one)
            found = { one, committing: false }
          }
          if (/^\s*BEGIN/i.test(sql)) inTransaction = true
          ends = /^\s*(COMMIT|ROLLBACK)/i.test(sql)
          if (found && (ends || !inTransaction)) found.committing = true
          if (ends) inTransaction = false
        }
        // A statement of its own is committed by the Sync that follows it; a transaction by its COMMIT, before any Sync.
        const commits = ends || message.type === 'S' || message.type === 'Q'
        if (found?.committing && commits && found.one.moment.when === 'before') {
          upward.shut()
          stop(upward)
        }
        upward.write(message.bytes, mode)
      }
    })
    server.on('data', (chunk) => {
      for (const message of cutServer(chunk)) {
        if (message.type === 'K') backend = message.body.readInt32BE(0)
        if (found?.committing && found.one.moment.when === 'after') downward.shut()
        downward.write(message.bytes, mode)
        if (message.type === 'Z' && found?.committing && found.one.moment.when === 'after') stop(downward)
      }
    })
  }

  const listener = createServer(serve)
  const listen = (port: number) => new Promise<void>((resolve, reject) => listener.once('error', reject).listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = listener.address() as { port: number }
  const cutAll = () => { for (const socket of sockets) socket.destroy() }
  const shut = async () => {
    if (!listener.listening) return
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
    cutAll()
    await closed
  }
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href,
    snare(moment) {
      let caught = (_stopped: Stopped) => {}
      let has = false
      const stopped = new Promise<Stopped>((resolve) => { caught = resolve })
      const one: Laid = { moment, caught: (it) => { has = true; caught(it) } }
      snares.add(one)
      return { stopped, hasStopped: () => has, cancel: () => void snares.delete(one) }
    },
    refuse: shut,
    silence: () => { mode = { ...mode, silent: true } },
    delay: (ms) => { mode = { ...mode, ms } },
    cutAll,
    async mend() {
      // What was swallowed is missing for ever: nobody can go on with these connections.
      if (mode.silent) cutAll()
      mode = { silent: false, ms: 0 }
      snares.clear()
      if (!listener.listening) await listen(port)
    },
    close: shut,
  }
}

type Flow = { write(bytes: Buffer, mode: { silent: boolean; ms: number }): void; shut(): void; open(): void }

/** Bytes in their order to one side; held back while it is shut. */
function createFlow(to: Socket): Flow {
  let isShut = false
  let held: Buffer[] = []
  const send = (bytes: Buffer) => { if (!to.destroyed) to.write(bytes) }
  return {
    write(bytes, { silent, ms }) {
      if (silent) return
      if (isShut) held.push(bytes)
      else if (ms === 0) send(bytes)
      else setTimeout(() => send(bytes), ms)
    },
    shut: () => { isShut = true },
    open() {
      isShut = false
      for (const bytes of held) send(bytes)
      held = []
    },
  }
}
