import type { AuditEvent } from '@/lib/audit/audit-event'
import { writeAuditEvent } from '@/lib/audit/audit-log'
import type { Database } from '@/lib/db'
import type { Consent, ExchangeMark } from './consent'

/** The one exchange of a consent, on the consent's own row: what holds for every instance. */
export type ExchangeStore = {
  /** Commits the attempt, at the event's time, before the first byte; false when the row is no longer as it was read. */
  begin(consent: Consent, event: AuditEvent): Promise<boolean>
  /**
   * Writes what came of the attempt that was begun then, and tells it in any case; what another attempt has made of the row
   * stays. `not-made` leaves it as it was before. (`used` is written with the reading that the source gave.)
   */
  end(consentId: string, begunAt: Date, mark: 'given' | 'lost' | 'spent' | 'not-made', event: AuditEvent): Promise<void>
}

export const createExchangeStore = (db: Database, { bank } = db): ExchangeStore => ({
  async begin({ id, exchange, exchangeAt }, event) {
    const begun = await db.$executeRaw`
      WITH begun AS (
        UPDATE "Consent" SET "exchange" = 'begun', "exchangeAt" = ${event.at}
        WHERE "bank" = ${bank} AND "id" = ${id}::uuid AND "status" = 'accepted' AND "validTo" > ${event.at}
          AND "exchange" IS NOT DISTINCT FROM ${exchange}::"ExchangeMark" AND "exchangeAt" IS NOT DISTINCT FROM ${exchangeAt}::timestamptz
        RETURNING "subjectRef")
      INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
      SELECT ${event.at}, ${event.type}, ${event.actor}, "subjectRef", ${id}::uuid, ${event.outcome}, ${event.correlationId} FROM begun`
    return begun > 0
  },
  async end(id, begunAt, mark, event) {
    const mine = { bank, id, exchangeAt: begunAt, exchange: { in: ['begun', 'given'] satisfies ExchangeMark[] } }
    await db.$transaction(async (tx) => {
      if (mark !== 'not-made') await tx.consent.updateMany({ where: mine, data: { exchange: mark } })
      else {
        await tx.consent.updateMany({ where: { ...mine, sourceKnowsSince: null }, data: { exchange: null, exchangeAt: null } })
        await tx.consent.updateMany({ where: { ...mine, sourceKnowsSince: { not: null } }, data: { exchange: 'used', exchangeAt: null } })
      }
      await writeAuditEvent(tx, event)
    })
  },
})
