import type { Database } from '@/lib/db'
import { Secret } from '@/lib/secret'
import type { Sealer } from '@/lib/sealed'

export type LeasedToken = { readonly token: Secret; readonly expiresAt: Date }

/**
 * One token for each key in the whole cluster. Whoever wins the lease fetches; the epoch fences off a winner that
 * woke up too late. Time is the database's own, so that clocks of instances do not matter.
 */
export type TokenLease = {
  /** The token when it lives at least `margin` seconds more. */
  read(key: string, margin: number): Promise<LeasedToken | null>
  /** The epoch for a fetch of at most `seconds`; null when somebody else has it. */
  acquire(key: string, seconds: number): Promise<bigint | null>
  /** Writes the token if the lease is still ours, and lets the others in. `lifetime` in seconds. */
  put(key: string, epoch: bigint, token: Secret, lifetime: number): Promise<boolean>
  /** Gives up the lease without a token. */
  release(key: string, epoch: bigint): Promise<void>
  /** Forgets a token that was refused, so that the next one asks anew; another token than that stays. */
  forget(key: string, refused: Secret): Promise<void>
}

export function createTokenLease(db: Database, sealer: Sealer): TokenLease {
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
      WHERE "key" = ${key} AND "tokenSealed" IS NOT NULL AND "expiresAt" > clock_timestamp() + ${margin} * interval '1 second'`
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
        ON CONFLICT ("key") DO UPDATE SET "epoch" = "TokenLease"."epoch" + 1, "leaseUntil" = EXCLUDED."leaseUntil"
        WHERE "TokenLease"."leaseUntil" < clock_timestamp()
        RETURNING "epoch"`
      return row?.epoch ?? null
    },
    async put(key, epoch, token, lifetime) {
      const written = await db.$executeRaw`
        UPDATE "TokenLease" SET "tokenSealed" = ${sealer.seal(token.reveal(), context(key))},
          "expiresAt" = clock_timestamp() + ${lifetime} * interval '1 second', "leaseUntil" = '-infinity'
        WHERE "key" = ${key} AND "epoch" = ${epoch}`
      return written > 0
    },
    async release(key, epoch) {
      await db.$executeRaw`UPDATE "TokenLease" SET "leaseUntil" = '-infinity' WHERE "key" = ${key} AND "epoch" = ${epoch}`
    },
    async forget(key, refused) {
      const row = await readSealed(key, 0)
      if (row && opened(key, row.tokenSealed)?.reveal() === refused.reveal())
        await db.$executeRaw`UPDATE "TokenLease" SET "tokenSealed" = NULL WHERE "key" = ${key} AND "tokenSealed" = ${row.tokenSealed}`
    },
  }
}
