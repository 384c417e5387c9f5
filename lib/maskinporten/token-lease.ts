import type { Database } from '@/lib/db'
import { Secret } from '@/lib/secret'
import type { Sealer } from '@/lib/sealed'
import type { TokenLease } from '@/lib/shared-token'

/** The lease in PostgreSQL; tokens are sealed, and in a table that reaches no log or backup. */
export function createTokenLease(db: Database, sealer: Sealer): TokenLease {
  const { bank } = db
  const context = (key: string) => `token-lease|${key}`
  const opened = (key: string, sealed: string) => {
    try {
      return new Secret(sealer.open(sealed, context(key)))
    } catch {
      return null // sealed by a key that has been rotated away: fetch a new token
    }
  }
  const readSealed = async (key: string, margin: number) => {
    const [row] = await db.$queryRaw<{ tokenSealed: string; expiresAt: Date }[]>`
      SELECT "tokenSealed", "expiresAt" FROM "TokenLease"
      WHERE "bank" = ${bank} AND "key" = ${key} AND "tokenSealed" IS NOT NULL AND "expiresAt" > clock_timestamp() + ${margin} * interval '1 second'`
    return row ?? null
  }
  return {
    async read(key, margin) {
      const row = await readSealed(key, margin)
      const token = row && opened(key, row.tokenSealed)
      return token ? { token, expiresAt: row.expiresAt } : null
    },
    async acquire(key, seconds) {
      const [row] = await db.$queryRaw<{ epoch: bigint }[]>`
        INSERT INTO "TokenLease" ("key", "epoch", "leaseUntil") VALUES (${key}, 1, clock_timestamp() + ${seconds} * interval '1 second')
        ON CONFLICT ("bank", "key") DO UPDATE SET "epoch" = "TokenLease"."epoch" + 1, "leaseUntil" = EXCLUDED."leaseUntil"
        WHERE "TokenLease"."leaseUntil" < clock_timestamp()
        RETURNING "epoch"`
      return row?.epoch ?? null
    },
    async put(key, epoch, token, lifetime) {
      const written = await db.$executeRaw`
        UPDATE "TokenLease" SET "tokenSealed" = ${sealer.seal(token.reveal(), context(key))},
          "expiresAt" = clock_timestamp() + ${lifetime} * interval '1 second', "leaseUntil" = '-infinity'
        WHERE "bank" = ${bank} AND "key" = ${key} AND "epoch" = ${epoch}`
      return written > 0
    },
    async release(key, epoch) {
      await db.$executeRaw`UPDATE "TokenLease" SET "leaseUntil" = '-infinity' WHERE "bank" = ${bank} AND "key" = ${key} AND "epoch" = ${epoch}`
    },
    async forget(key, refused) {
      const row = await readSealed(key, 0)
      if (row && opened(key, row.tokenSealed)?.reveal() === refused.reveal())
        await db.$executeRaw`UPDATE "TokenLease" SET "tokenSealed" = NULL WHERE "bank" = ${bank} AND "key" = ${key} AND "tokenSealed" = ${row.tokenSealed}`
    },
  }
}
