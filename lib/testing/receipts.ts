import type { Receipt } from '@/lib/subject/receipt'
import { aConsent, after, day } from './builders'

/** A receipt for a yes that stands, unless told otherwise. */
export const aReceipt = (but: Partial<Receipt> = {}): Receipt => ({
  id: '0b7e6b54-3f0f-4d1c-8f5e-6a2b9f6f1d10',
  issuedAt: day(2),
  consent: aConsent({ id: '9f2f6d0e-51f4-4b07-a8b3-2d7f3a8a6c55', status: 'accepted', settledAt: after(day(0), { minutes: 3 }) }),
  answer: 'given',
  state: 'active',
  answeredAt: after(day(0), { minutes: 3 }),
  endedAt: null,
  notice: { words: '2026-11', adviserSharing: false, supplier: null, language: 'nb' },
  ...but,
})
