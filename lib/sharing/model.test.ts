import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { endedBy } from '@/lib/session/session'
import { createSessionStore } from '@/lib/session/session-store'
import { createConsentStore } from '@/lib/consent/consent-store'
import { createSealer } from '@/lib/sealed'
import { openReading } from '@/lib/sources/held-reading'
import { createStaffStore, staffEvent } from '@/lib/staff/staff-store'
import { after, anEvent, day } from '@/lib/testing/builders'
import { freshDatabase, later } from '@/lib/testing/database'
import { aPlainModel, happenings, type Happening } from '@/lib/testing/share-model'
import { aCustomer, anAdviser, figures } from '@/lib/testing/sharing'
import { createOpenShareStore, type TriedShare } from './open-share-store'
import { endOf, TRIES, type ShareEnd, type StandingShare } from './share'
import { createShareStore } from './share-store'

const limits = { idleMinutes: 15, maxMinutes: 120 }

/** The rules as the code has them, over rows in memory. */
function rowsInMemory() {
  let [now, logIns, logWorks] = [0, 0, true]
  const at = (minutes = now) => after(day(1), { minutes })
  type Row<T> = { -readonly [K in keyof T]: T[K] }
  let session: Row<NonNullable<StandingShare['session']>> | null = null
  let consent: Row<StandingShare['consent']> = { status: 'revoked', validTo: at(100_000) }
  const advisers: (Row<NonNullable<StandingShare['adviser']>> & { id: number } | null)[] = [null, null]
  let share: Row<StandingShare> & { tries: number; openedFor: number | null } | null = null
  const end = (why: ShareEnd) => { if (share && !share.end) { share.end = why; share.sealed = false } }
  const standing = (): StandingShare | null => share && { ...share, session, consent, adviser: advisers.find((it) => it && share?.openedFor === it.id) ?? null }
  const isAdviser = (n: 0 | 1) => { const it = advisers[n]; return it && endedBy(it, limits, at()) === null && it.roles.includes('adviser') && now * 60_000 - (it.checkedAt.getTime() - day(1).getTime()) < 180_000 ? it : null }
  const leave = (it: { id: number } | null | undefined) => { if (it && share?.openedFor === it.id) end('adviser-left') }

  return (event: Happening): boolean => {
    if (event.it === 'waits') now += event.minutes
    else if (event.it === 'log-breaks') logWorks = false
    else if (event.it === 'log-mends') logWorks = true
    else if (event.it === 'acts') { if (session && !endedBy(session, limits, at())) session.lastSeenAt = at() }
    else if (event.it === 'adviser-acts') { const it = advisers[event.who]; if (it && !endedBy(it, limits, at())) it.lastSeenAt = it.checkedAt = at() }
    else if (event.it === 'looks') { const [it, stands] = [isAdviser(event.who), standing()]; return logWorks && it !== null && Boolean(stands?.openedAt) && stands !== null && share?.openedFor === it.id && endOf(stands, limits, at()) === null }
    else if (event.it === 'types') {
      const [it, stands] = [isAdviser(event.who), standing()]
      if (!it || !event.errand || !share || !stands || share.openedAt || share.end || at() >= share.codeUntil || share.tries >= TRIES) return false
      share.tries++
      if (!logWorks) return false
      if (!event.right) { if (share.tries >= TRIES) end('code-dead') } else if (endOf(stands, limits, at()) === null) Object.assign(share, { openedAt: at(), openedFor: it.id })
    } else if (logWorks) {
      switch (event.it) {
        case 'logs-in': end('logged-out'); session = { lastSeenAt: at(), expiresAt: at(now + 120) }; consent = { status: 'accepted', validTo: at(100_000) }; share = null; break
        case 'logs-out': end('logged-out'); session = null; break
        case 'revokes': if (session) { end('consent-revoked'); consent.status = 'revoked' } break
        case 'starts': if (session && !endedBy(session, limits, at()) && consent.status === 'accepted') { end('replaced'); share = { id: 's', subjectRef: 's', consentId: 'c', createdAt: at(), codeUntil: at(now + 10), openedAt: null, staffRef: null, unit: null, purpose: null, caseNumber: null, endedAt: null, end: null, sealed: true, session, consent, adviser: null, tries: 0, openedFor: null } } break
        case 'stops': end('stopped'); break
        case 'adviser-logs-in': leave(advisers[event.who]); advisers[event.who] = { id: ++logIns, roles: ['adviser'], lastSeenAt: at(), checkedAt: at(), expiresAt: at(now + 480) }; break
        case 'adviser-logs-out': leave(advisers[event.who]); advisers[event.who] = null; break
        case 'adviser-loses-role': { const it = advisers[event.who]; if (it) { leave(it); it.roles = ['auditor'] } break }
        case 'leaves': leave(advisers[event.who])
      }
    }
    return false
  }
}

describe('an amount is seen only by an adviser in their role, to whom the customer shows it, with an errand, a live log-in and consent, and a line in the log', () => {
  test('in a hundred thousand orders of events, by the rules', () => {
    let seen = 0
    fc.assert(fc.property(happenings(30), (events) => {
      const [model, rows] = [aPlainModel(), rowsInMemory()]
      for (const [n, event] of events.entries()) {
        const saw = rows(event)
        if (saw) seen++
        if (saw !== model.happens(event)) throw new Error(`event ${n}, ${JSON.stringify(event)}: ${saw ? 'seen' : 'not seen'}`)
      }
    }), { numRuns: 100_000, seed: 20261121 })
    // A model in which nothing is ever shown would hold too.
    expect(seen).toBeGreaterThan(50_000)
  }, 120_000)

  test('in some hundred orders, by the database', async () => {
    const database = await freshDatabase()
    const [db, other] = [database.db, database.another()]
    let seen = 0
    await fc.assert(fc.asyncProperty(happenings(14), async (events) => {
      const [model, house] = [aPlainModel(), aHouse()]
      for (const event of events) {
        const saw = await house(event)
        if (saw) seen++
        expect(saw, JSON.stringify(event)).toBe(model.happens(event))
      }
      await database.asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    }), { numRuns: 300, seed: 20261121, endOnFailure: true })
    const lines = (await database.events()).filter(({ type, actor }) => type === 'reading.shown' && actor.startsWith('staff:')).length
    expect([seen > 150, lines]).toEqual([true, seen])
    expect(await database.asOwner('SELECT FROM "ShareSeal" k JOIN "Share" s ON s."bank" = k."bank" AND s."id" = k."shareId" JOIN "Consent" c ON c."bank" = s."bank" AND c."id" = s."consentId" WHERE s."endedAt" IS NOT NULL OR c."status" <> \'accepted\'')).toEqual([])

    /** The same events on real rows, as the app's own role, by turns on two instances. */
    function aHouse() {
      let [now, turn] = [0, 0]
      const at = () => later({ minutes: now })
      const here = () => (turn++ % 2 ? db : other)
      const staff = createStaffStore(db, { sealer: createSealer([{ kid: 'k', key: new Uint8Array(32) }]), fingerprintKey: new Uint8Array(32), issuer: 'https://staff.example' })
      const telling = () => ({ at: at(), correlationId: newCorrelationId() })
      const live = () => ({ ...telling(), idleSince: after(at(), { minutes: -15 }) })
      type Customer = Awaited<ReturnType<typeof aCustomer>>
      let customer: Customer | null = null
      let share: Awaited<ReturnType<Customer['starts']>> | null = null
      const advisers: (Awaited<ReturnType<typeof anAdviser>> | null)[] = [null, null]

      return async (event: Happening): Promise<boolean> => {
        if (event.it === 'waits') now += event.minutes
        else if (event.it === 'log-breaks') await database.asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
        else if (event.it === 'log-mends') await database.asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
        else return perform(event).catch((error: unknown) => { if (/permission denied/.test(String(error))) return false; throw error })
        return false
      }
      async function perform(event: Exclude<Happening, { it: 'waits' | 'log-breaks' | 'log-mends' }>): Promise<boolean> {
        const [sessions, shares, openShares] = [createSessionStore(here()), createShareStore(here()), createOpenShareStore(here())]
        switch (event.it) {
          case 'logs-in': {
            if (customer) await sessions.end(customer.session.tokenHash, { reason: 'replaced', actor: 'applicant', ...telling() })
            customer = await aCustomer(database, { createdAt: at(), lastSeenAt: at(), expiresAt: later({ minutes: now + 120 }) })
            share = null
            break
          }
          case 'acts': {
            const session = customer && (await sessions.find(customer.session.tokenHash))
            if (session && !endedBy(session, limits, at())) await sessions.touch(session.tokenHash, at())
            break
          }
          case 'logs-out': if (customer) await sessions.end(customer.session.tokenHash, { reason: 'own', actor: 'applicant', ...telling() }); break
          case 'revokes': if (customer) await createConsentStore(here()).settle({ ...customer.consent, status: 'revoked', settledAt: at() }, 'accepted', anEvent({ type: 'consent.closed', ...telling(), consentId: customer.consent.id, subjectRef: customer.consent.subjectRef, outcome: 'revoked' })); break
          case 'starts': {
            if (!customer || !(await shares.shareable(customer.session.tokenHash, live()))) break
            const begun = await customer.starts({}, at(), shares)
            if (begun.begun.ok) share = begun
            break
          }
          case 'stops': if (customer) await shares.stop(customer.session.tokenHash, telling()); break
          case 'adviser-logs-in': {
            const before = advisers[event.who]
            if (before) await staff.end({ tokenHash: before.adviser.tokenHash }, { reason: 'replaced', ...telling() })
            const { adviser } = await anAdviser(database, {})
            await staff.end({ tokenHash: adviser.tokenHash }, { reason: 'replaced', ...telling() }) // told to the log, or not at all
            advisers[event.who] = await anAdviser(database, { staffRef: adviser.staffRef, lastSeenAt: at(), expiresAt: later({ minutes: now + 480 }) })
            break
          }
          case 'adviser-acts': {
            const session = advisers[event.who] && (await staff.find(advisers[event.who]!.adviser.tokenHash))
            if (session && !endedBy(session, limits, at())) await db.staffSession.updateMany({ where: { tokenHash: session.tokenHash }, data: { lastSeenAt: at(), checkedAt: at() } })
            break
          }
          case 'adviser-logs-out': if (advisers[event.who]) await staff.end({ tokenHash: advisers[event.who]!.adviser.tokenHash }, { reason: 'own', ...telling() }); break
          case 'adviser-loses-role': {
            const session = advisers[event.who] && (await staff.find(advisers[event.who]!.adviser.tokenHash))
            if (!session) break
            await db.staffSession.updateMany({ where: { tokenHash: session.tokenHash }, data: { checkingUntil: at() } })
            await staff.confirm(session.tokenHash, at(), { roles: ['auditor'], unit: null, tokensSealed: session.tokensSealed, checkedAt: session.checkedAt }, staffEvent(session.staffRef, 'staff-session.roles-changed', { ...telling(), outcome: 'auditor' }))
            break
          }
          case 'leaves': if (share && advisers[event.who]) await shares.leave(share.share.id, advisers[event.who]!.adviser, telling()); break
          case 'types': await types(event); break
          case 'looks': {
            const by = advisers[event.who]
            const found = by && share && (await openShares.look(share.share.id, by.adviser, live()))
            if (found && by) expect(openReading(found, found.readingId, by.readerKey)).toEqual(figures)
            return Boolean(found)
          }
        }
        return false
      }
      async function types({ who, right, errand }: Extract<Happening, { it: 'types' }>): Promise<void> {
        const [by, openShares] = [advisers[who], createOpenShareStore(here())]
        const session = by && (await staff.find(by.adviser.tokenHash))
        const admitted = session && !endedBy(session, limits, at()) && session.roles.includes('adviser') && at().getTime() - session.checkedAt.getTime() < 180_000
        if (!by || !admitted || !errand || !share || !customer) return
        const tried: TriedShare | null = await openShares.try(share.code.handle, at())
        if (!right) return openShares.wrong(tried, { ...telling(), by: by.adviser })
        if (tried) await openShares.open(tried, { ...by.adviser, errand: { purpose: 'Lånesøknad', caseNumber: '1' }, sealedKey: customer.sealFor(tried, share.codeKey, by.readerKey) }, live())
      }
    }
  }, 240_000)
})
