import type { Clock } from '@/lib/clock'
import type { Database } from '@/lib/db'
import type { KeyRing } from '@/lib/keys/key-ring'
import { keyStatus } from '@/lib/keys/key-status'
import { readFigures, readJobFigures } from './figures-store'
import type { Meters } from './meters'

type Bank = { readonly db: Database; readonly keyRings: readonly KeyRing[] }
type Deps = { readonly clock: Clock; readonly db: Database; readonly banks: readonly Bank[]; readonly meters: Meters }

const seconds = (at: Date): number => at.getTime() / 1000

/** Everything that is counted, as Prometheus reads it (text format 0.0.4). While the database is away it says so, and tells the rest. */
export async function tellFigures({ clock, db, banks, meters }: Deps): Promise<string> {
  const now = clock.now()
  const [ofBanks, jobs] = await Promise.all([
    Promise.all(banks.map(async ({ db }) => ({ bank: db.bank, ...(await readFigures(db, now)) }))).catch(() => null),
    readJobFigures(db, now).catch(() => null),
  ])
  const { asked, registry } = meters
  for (const gauge of Object.values(asked)) gauge.reset()
  for (const { db, keyRings } of banks)
    for (const ring of keyRings)
      for (const { setting, id, expiresAt } of keyStatus(ring.setting, ring.keys(), now)) if (expiresAt) asked.keyExpires.set({ bank: db.bank, setting, kid: id }, seconds(expiresAt))
  asked.databaseUp.set(ofBanks ? 1 : 0)
  asked.jobsWaiting.set(jobs?.waiting ?? 0)
  asked.jobsGivenUp.set(jobs?.givenUp ?? 0)
  for (const { bank, sessions, heldReadings, sealedUpTo, feeds, gates } of ofBanks ?? []) {
    asked.sessions.set({ bank }, sessions)
    asked.heldReadings.set({ bank }, heldReadings)
    asked.sealedUpTo.set({ bank }, sealedUpTo ? seconds(sealedUpTo) : 0)
    for (const { name: feed, readUpTo, askedAt } of feeds) {
      asked.feedReadUpTo.set({ bank, feed }, seconds(readUpTo))
      asked.feedAskedAt.set({ bank, feed }, seconds(askedAt))
    }
    for (const { upstream, closedUntil } of gates) asked.gateClosedUntil.set({ bank, upstream }, closedUntil && closedUntil > now ? seconds(closedUntil) : 0)
  }
  return registry.metrics()
}
