import { isUsable, type Consent } from '@/lib/consent/consent'
import type { ExchangeStore } from '@/lib/consent/exchange-store'
import { aDiary } from './fakes'

/** By the same rules as the real one, on the rows of the consents. */
export function exchangesInMemory(consents: { rows: Map<string, Consent> }, diary = aDiary()): ExchangeStore {
  return {
    async begin(consent, event) {
      const row = consents.rows.get(consent.id)
      if (!row || !isUsable(row, event.at) || row.exchange !== consent.exchange || row.exchangeAt?.getTime() !== consent.exchangeAt?.getTime()) return false
      diary.write(event)
      consents.rows.set(row.id, { ...row, exchange: 'begun', exchangeAt: event.at })
      return true
    },
    async end(id, begunAt, mark, event) {
      diary.write(event)
      const row = consents.rows.get(id)
      if (row?.exchangeAt?.getTime() !== begunAt.getTime() || (row.exchange !== 'begun' && row.exchange !== 'given')) return
      if (mark === 'not-made') consents.rows.set(id, { ...row, exchange: row.sourceKnowsSince ? 'used' : null, exchangeAt: null })
      else consents.rows.set(id, { ...row, exchange: mark })
    },
  }
}
