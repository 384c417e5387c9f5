import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { startThrowawayDatabase } from '../../cli/throwaway-database.mjs'
import { startHouse } from './house.ts'
import type { Screen } from './screens.ts'

/** What stands between the app and its database, and can let nothing through. */
export type Wire = { cut(): void; mend(): void; hold(): void; port: number; stop(): Promise<void>; leadsTo(port: number): void }

export async function layWire(): Promise<Wire> {
  let [state, goal] = ['whole' as 'whole' | 'cut' | 'held', 0]
  const open = new Set<Socket>()
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy()
    const far = connect(goal, '127.0.0.1')
    for (const end of [near, far]) {
      open.add(end)
      end.on('error', () => { near.destroy(); far.destroy() }).on('close', () => { open.delete(end); near.destroy(); far.destroy() })
    }
    near.on('data', (data) => { if (state !== 'held') far.write(data) })
    far.on('data', (data) => { if (state !== 'held') near.write(data) })
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dropAll = () => { for (const end of open) end.destroy() }
  return {
    port: (server.address() as AddressInfo).port,
    leadsTo(port) { goal = port },
    cut() { state = 'cut'; dropAll() },
    hold() { state = 'held' },
    mend() { state = 'whole'; dropAll() },
    stop: () => new Promise((resolve) => { dropAll(); server.close(() => { resolve() }) }),
  }
}

/** A house whose app reaches its database by the wire alone; we reach it past that. */
export async function startHouseBehind(wire: Wire, logs: string) {
  const database = await startThrowawayDatabase({ log: join(logs, 'own-postgres.log') })
  const { DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: ownerUrl } = database.env
  wire.leadsTo(Number(new URL(databaseUrl).port))
  const house = await startHouse(logs, { env: { DATABASE_URL: Object.assign(new URL(databaseUrl), { port: String(wire.port) }).href } })
  const stop = async () => {
    await house.stop()
    await database.stop()
  }
  return { house: { ...house, databaseUrl, ownerUrl }, stop }
}

/** The page that says so while the database is away. */
export const databaseAway = (wire: Wire): Screen => ({
  name: 'database away', title: 'Vi har en feil hos oss',
  arrive: async ({ page }) => {
    wire.cut()
    await expect.poll(async () => (await page.goto('/'))?.status()).toBe(503)
  },
  leave: async () => wire.mend(),
})
