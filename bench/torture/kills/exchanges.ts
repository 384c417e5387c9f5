import { GIVEN_UP } from '@/lib/policies'
import type { Lane, Stage } from '../faults/lane.ts'
import { missingWords } from '../faults/words.ts'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import type { Point } from './points.ts'

/** Milliseconds until somebody must be at their balance: another's exchange counts as dead, one more try, and a new consent. */
const MOST = GIVEN_UP + 10_000

/**
 * The same person goes on at the instance that was not hit, by the pages' own buttons: tries again while somebody seems to be at
 * the exchange, and gives a new consent where nobody can say whether it was made.
 */
export async function onwardFromExchange(lane: Lane, stage: Stage, exchanged: NonNullable<Point['exchanged']>, report: Report, tell: (what: string) => string): Promise<void> {
  const begun = performance.now()
  const ms = () => performance.now() - begun
  let told = await lane.onward(stage)
  let newConsents = 0
  for (; told !== null && ms() < MOST; told = await lane.onward(stage)) {
    const { page, reason } = told
    const missing = page === 'job' ? 'a page of no kind' : missingWords(page, reason)
    report.check('I12', missing === null, () => tell(String(missing)))
    if (reason !== 'exchange-unknown' && reason !== 'token-spent') continue
    newConsents++
    stage.consentId = null
    stage.returnRef = null
  }
  report.check('who was hit in the middle of an exchange gets to their balance, if need be by a new consent', told === null && ms() < MOST, () => tell(`after ${ms().toFixed(0)} ms and ${newConsents} new consents they stand at ${JSON.stringify(told)}`))
  report.check('a new consent is asked for only where an exchange may have been made, and once', newConsents <= (exchanged === 'maybe' ? 1 : 0), () => tell(`${newConsents} new consents`))
}

type Told = { readonly id: string; readonly reference: string; readonly exchange: string | null; readonly started: number; readonly ended: readonly string[] | null }

/** No consent is exchanged twice, whoever died in the middle; and its row and the log tell one story. */
export async function checkExchanges({ street, database }: Scene, report: Report): Promise<void> {
  const rows = await database.ask<Told>(`
    SELECT c."id", c."reference", c."exchange", count(*) FILTER (WHERE e."type" = 'consent.exchange-started')::int AS "started",
      array_agg(e."outcome" ORDER BY e."id") FILTER (WHERE e."type" = 'consent.exchange-ended') AS "ended"
    FROM "Consent" c LEFT JOIN "AuditEvent" e ON e."consentId" = c."id" WHERE c."exchange" IS NOT NULL OR e."type" LIKE 'consent.exchange-%' GROUP BY c."bank", c."id"`)
  const grants = await street.requests({ party: 'maskinporten', step: 'consent-token' })
  for (const { id, reference, exchange, started, ended } of rows) {
    const sent = grants.filter(({ consent }) => consent === reference).length
    report.check('an exchange that may have been made is not made twice', sent <= 1 && started <= 1, () => `consent ${id} was exchanged ${sent} times, and begun ${started} times`)
    const words = ended ?? []
    const fits = exchange === null ? started === 0 : started === 1 && (exchange === 'begun' ? words.length === 0 : exchange === 'used' || words.includes(exchange))
    report.check('I6', fits, () => `the exchange of consent ${id} is ${exchange ?? 'none'}, and the log tells of ${started} beginnings and: ${words.join(', ')}`)
  }
}
