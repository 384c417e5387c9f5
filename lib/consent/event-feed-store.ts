import type { Database } from '@/lib/db'

/** How far a feed has been read, for every instance. */
export type EventFeedStore = {
  position(name: string): Promise<{ readUpTo: Date; askedAt: Date } | null>
  /** Moves forward, never back. */
  advance(name: string, readUpTo: Date, askedAt: Date): Promise<void>
}

export const createEventFeedStore = (db: Database, { bank } = db): EventFeedStore => ({
  position: (name) => db.eventFeed.findUnique({ where: { bank_name: { bank, name } }, select: { readUpTo: true, askedAt: true } }),
  async advance(name, readUpTo, askedAt) {
    await db.$executeRaw`
      INSERT INTO "EventFeed" ("name", "readUpTo", "askedAt") VALUES (${name}, ${readUpTo}, ${askedAt})
      ON CONFLICT ("bank", "name") DO UPDATE SET "readUpTo" = GREATEST("EventFeed"."readUpTo", EXCLUDED."readUpTo"), "askedAt" = EXCLUDED."askedAt"`
  },
})
