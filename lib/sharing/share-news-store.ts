import pg from 'pg'
import type { Log } from '@/lib/log'
import { safeError } from '@/lib/log'

/** What the database tells at each commit that changes a share: whose bank's and which, and no more. */
const CHANNEL = 'saldosyn_share'
/** Milliseconds before the connection is tried again. */
const AGAIN = 1_000

/** News of shares, from whichever instance they come. */
export type ShareNews = {
  /** Calls `hear` whenever the share has changed, and when news may have been missed. The answer ends it. */
  follow(share: { readonly bank: string; readonly id: string }, hear: () => void): () => void
  close(): Promise<void>
}

/** One listening connection for a process, made when somebody first follows a share. It is made anew when it is lost; who follows must look by themselves meanwhile. */
export function createShareNews({ databaseUrl, log }: { readonly databaseUrl: string; readonly log: Pick<Log, 'warn'> }): ShareNews {
  const following = new Map<string, Set<() => void>>()
  const tellAll = () => { for (const listeners of [...following.values()]) for (const hear of [...listeners]) hear() }
  let client: pg.Client | null = null
  let again: NodeJS.Timeout | null = null
  let closed = false

  function lost(which: pg.Client, error?: unknown): void {
    if (client !== which) return
    client = null
    void which.end().catch(() => undefined)
    if (closed) return
    log.warn('News of shares is not heard; trying again', { ...(error !== undefined && safeError(error)), step: 'share-news' })
    again = setTimeout(connect, AGAIN)
    again.unref()
  }

  function connect(): void {
    if (client || closed) return
    const fresh = new pg.Client({ connectionString: databaseUrl, application_name: 'saldosyn-news', keepAlive: true, connectionTimeoutMillis: 2_000 })
    client = fresh
    fresh.on('error', (error) => lost(fresh, error))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ payload }) => { for (const hear of [...(following.get(payload ?? '') ?? [])]) hear() })
    // Between the last connection and this one something may have been said.
    fresh.connect().then(() => fresh.query(`LISTEN ${CHANNEL}`)).then(tellAll, (error: unknown) => lost(fresh, error))
  }

  return {
    follow({ bank, id }, hear) {
      const key = `${bank}/${id}`
      const listeners = following.get(key) ?? new Set()
      following.set(key, listeners.add(hear))
      connect()
      return () => {
        listeners.delete(hear)
        if (listeners.size === 0 && following.get(key) === listeners) following.delete(key)
      }
    },
    async close() {
      closed = true
      if (again) clearTimeout(again)
      await client?.end()
    },
  }
}
