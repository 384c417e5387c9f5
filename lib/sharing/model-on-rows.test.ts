import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Consent } from '@/lib/consent/consent'
import { createConsentStore } from '@/lib/consent/consent-store'
import { newCorrelationId } from '@/lib/correlation-id'
import { createSealer } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { endedBy, newSessionToken, tokenHashOf } from '@/lib/session/session'
import { createSessionStore } from '@/lib/session/session-store'
import { checkDue, hasRole, keyFromStaffToken } from '@/lib/staff/staff-session'
import { createStaffStore, staffEvent } from '@/lib/staff/staff-store'
import { after, anEvent } from '@/lib/testing/builders'
import { freshDatabase, later } from '@/lib/testing/database'
import { aSource } from '@/lib/testing/fakes'
import { aPlainModel, errandless, happenings, limits, purposes, written, type Happening } from '@/lib/testing/share-model'
import { aCustomer, aStaffMember, figures } from '@/lib/testing/sharing'
import type { Adviser } from './adviser'
import { lookAtShare } from './look-at-share'
import { openShare } from './open-share'
import { createOpenShareStore } from './open-share-store'
import { createShareStore } from './share-store'

/** So many orders on real rows, shared out among so many databases, of which each breaks its log for itself. */
const [ON_ROWS, DATABASES] = [1_000, 2]

/**
 * Proves what shows an amount and what keeps it from being shown: the queries with their triggers and rights, and the no of
 * openShare and lookAtShare to whoever lacks role or errand. Fewer than in model.test.ts: each is some thirty questions to PostgreSQL.
 */
test(`in ${ON_ROWS} orders of events an amount is seen only by an adviser in their role, to whom the customer shows it, with an errand, a live log-in and consent, and a line in the log`, async () => {
  const lanes = await Promise.all(Array.from({ length: DATABASES }, (_, lane) => inOrders(ON_ROWS / DATABASES, 20261121 + lane)))
  for (const { seen, lines, left } of lanes) expect([seen > ON_ROWS / DATABASES / 2, lines, left]).toEqual([true, seen, []])
  const refused = lanes.flatMap((lane) => [...lane.refused])
  for (const why of ['not-an-adviser', 'no-purpose', 'no-case', 'not-here', 'look-without-role'] as const) expect(refused.filter((it) => it === why).length, why).toBeGreaterThan(20)
}, 400_000)

type Refused = 'not-an-adviser' | 'no-purpose' | 'no-case' | 'not-here' | 'look-without-role'

/** The same events on real rows, as the app's own role, by turns on two instances. One order follows on another: people stay, log-ins are new. */
async function inOrders(orders: number, seed: number) {
  const database = await freshDatabase()
  const [db, other] = [database.db, database.another()]
  const staff = createStaffStore(db, { sealer: createSealer([{ kid: 'k', key: new Uint8Array(32) }]), fingerprintKey: new Uint8Array(32), issuer: 'https://staff.example' })
  const staffRefs = [await aStaffMember(database), await aStaffMember(database)] as const
  const source = aSource()
  const refused: Refused[] = []
  let [seen, logWorks] = [0, true]
  /** Of the one customer; a new one each time that it was withdrawn. */
  let consent: Consent | null = null
  const letLog = async (works: boolean) => {
    if (works !== logWorks) await database.asOwner(works ? 'GRANT INSERT ON "AuditEvent" TO saldosyn_app' : 'REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    logWorks = works
  }

  await fc.assert(fc.asyncProperty(happenings(14), async (events) => {
    const [model, house] = [aPlainModel(), aHouse()]
    for (const event of events) {
      const saw = await house(event)
      if (saw) seen++
      if (saw !== model.happens(event)) throw new Error(`${JSON.stringify(event)}: ${saw ? 'seen' : 'not seen'}`)
    }
    await letLog(true)
  }), { numRuns: orders, seed, endOnFailure: true })
  const lines = (await database.events()).filter(({ type, actor }) => type === 'reading.shown' && actor.startsWith('staff:')).length
  const left = await database.asOwner('SELECT FROM "ShareSeal" k JOIN "Share" s ON s."bank" = k."bank" AND s."id" = k."shareId" JOIN "Consent" c ON c."bank" = s."bank" AND c."id" = s."consentId" WHERE s."endedAt" IS NOT NULL OR c."status" <> \'accepted\'')
  return { seen, lines, left, refused }

  function aHouse() {
    let [now, turn] = [0, 0]
    const at = () => later({ minutes: now })
    const here = () => (turn++ % 2 ? db : other)
    const telling = () => ({ at: at(), correlationId: newCorrelationId() })
    const live = () => ({ ...telling(), idleSince: after(at(), { minutes: -limits.idleMinutes }) })
    type Customer = Awaited<ReturnType<typeof aCustomer>>
    let customer: Customer | null = null
    let share: Awaited<ReturnType<Customer['starts']>> | null = null
    /** As they were when they logged in: whoever asks with this may have lost the role since. */
    const advisers: ({ readonly adviser: Adviser; readonly readerKey: Uint8Array } | null)[] = [null, null]

    return async (event: Happening): Promise<boolean> => {
      if (event.it === 'waits') now += event.minutes
      else if (event.it === 'log-breaks' || event.it === 'log-mends') await letLog(event.it === 'log-mends')
      else return perform(event).catch((error: unknown) => { if (/permission denied/.test(String(error))) return false; throw error })
      return false
    }
    async function perform(event: Exclude<Happening, { it: 'waits' | 'log-breaks' | 'log-mends' }>): Promise<boolean> {
      const [sessions, shares] = [createSessionStore(here()), createShareStore(here())]
      const by = 'who' in event ? advisers[event.who] ?? null : null
      switch (event.it) {
        case 'logs-in': {
          if (customer) await sessions.end(customer.session.tokenHash, { reason: 'replaced', actor: 'applicant', ...telling() })
          customer = await aCustomer(database, { createdAt: at(), lastSeenAt: at(), expiresAt: later({ minutes: now + limits.maxMinutes }), ...(consent && { subjectRef: consent.subjectRef }) }, {}, consent)
          consent = customer.consent
          share = null
          break
        }
        case 'acts': {
          const session = customer && (await sessions.find(customer.session.tokenHash))
          if (session && !endedBy(session, limits, at())) await sessions.touch(session.tokenHash, at())
          break
        }
        case 'logs-out': if (customer) await sessions.end(customer.session.tokenHash, { reason: 'own', actor: 'applicant', ...telling() }); break
        case 'revokes': {
          if (!customer) break
          await createConsentStore(here()).settle({ ...customer.consent, status: 'revoked', settledAt: at() }, 'accepted', anEvent({ type: 'consent.closed', ...telling(), consentId: customer.consent.id, subjectRef: customer.consent.subjectRef, outcome: 'revoked' }))
          consent = null
          break
        }
        case 'starts': {
          if (!customer || !(await shares.shareable(customer.session.tokenHash, live()))) break
          const begun = await customer.starts({}, at(), shares)
          if (begun.begun.ok) share = begun
          break
        }
        case 'stops': if (customer) await shares.stop(customer.session.tokenHash, telling()); break
        case 'adviser-logs-in': {
          if (by) await staff.end({ tokenHash: by.adviser.tokenHash }, { reason: 'replaced', ...telling() })
          const [token, staffRef] = [newSessionToken(), staffRefs[event.who]]
          const adviser = { tokenHash: tokenHashOf(token), staffRef, unit: 'Storgata', roles: ['adviser'] } as const
          await staff.start({ ...adviser, idpSid: null, createdAt: at(), lastSeenAt: at(), checkedAt: at(), expiresAt: later({ minutes: now + 480 }), checkingUntil: null, tokensSealed: new Uint8Array(8) }, staffEvent(staffRef, 'staff-session.started', telling()))
          advisers[event.who] = { adviser, readerKey: keyFromStaffToken(new Secret(token), 'reading') }
          break
        }
        case 'adviser-acts': case 'adviser-is-confirmed': {
          const session = by && (await staff.find(by.adviser.tokenHash))
          if (session && !endedBy(session, limits, at())) await db.staffSession.updateMany({ where: { tokenHash: session.tokenHash }, data: { checkedAt: at(), ...(event.it === 'adviser-acts' && { lastSeenAt: at() }) } })
          break
        }
        case 'adviser-logs-out': if (by) await staff.end({ tokenHash: by.adviser.tokenHash }, { reason: 'own', ...telling() }); break
        case 'adviser-loses-role': {
          const session = by && (await staff.find(by.adviser.tokenHash))
          if (!session) break
          await db.staffSession.updateMany({ where: { tokenHash: session.tokenHash }, data: { checkingUntil: at() } })
          await staff.confirm(session.tokenHash, at(), { roles: ['auditor'], unit: null, tokensSealed: session.tokensSealed, checkedAt: session.checkedAt }, staffEvent(session.staffRef, 'staff-session.roles-changed', { ...telling(), outcome: 'auditor' }))
          break
        }
        case 'leaves': if (share && by) await shares.leave(share.share.id, by.adviser, telling()); break
        case 'types': if (by) await types(event, by); break
        case 'looks': return by !== null && share !== null && looks(share.share.id, by)
      }
      return false
    }
    async function looks(shareId: string, by: NonNullable<(typeof advisers)[number]>): Promise<boolean> {
      const look = (roles: Adviser['roles']) => lookAtShare({ clock: { now: at }, sessionLimits: limits, openShares: createOpenShareStore(here()) }, { source, shareId, ...by, adviser: { ...by.adviser, roles }, correlationId: newCorrelationId() })
      const found = await look(by.adviser.roles)
      if (!found) return false
      expect(found.value).toEqual(figures)
      refused.push('look-without-role')
      expect(await look(['auditor', 'admin'])).toBeNull()
      return true
    }
    async function types({ right, errand }: Extract<Happening, { it: 'types' }>, by: NonNullable<(typeof advisers)[number]>): Promise<void> {
      const openShares = createOpenShareStore(here())
      const session = await staff.find(by.adviser.tokenHash)
      if (!share || !customer) return
      const { share: { id: shareId, subjectRef, consentId, readingId, sealedKey }, code: { handle, salt, verifier }, codeKey } = share
      const open = async (tried: Parameters<typeof openShares.open>[0]) => openShares.open(tried, { ...by.adviser, errand: { purpose: written.purpose, caseNumber: written.caseNumber }, sealedKey: customer!.sealFor(tried, codeKey, by.readerKey) }, live())
      // The verb, as this log-in stands now: it says no before it looks at the code, so that no try is used.
      const asks = (what: typeof written) => openShare({ clock: { now: at }, sessionLimits: limits, openShares, shareCodeKey: new Uint8Array(randomBytes(32)), purposes }, { adviser: { ...by.adviser, roles: session?.roles ?? [] }, readerKey: by.readerKey, code: 'K7QM9XTR', errand: what, address: randomUUID(), correlationId: newCorrelationId() })
      const saysNo = async (what: typeof written, reason: Refused) => { refused.push(reason); expect(await asks(what)).toMatchObject({ ok: false, reason }) }
      if (!session || !hasRole(session, 'adviser')) await saysNo(written, 'not-an-adviser')
      else if (!errand) for (const [what, reason] of errandless) await saysNo(what, reason)

      if (!session || !hasRole(session, 'adviser') || endedBy(session, limits, at()) || checkDue(session, at()) === 'overdue') {
        // Nor does the query open it, with the right code, for one who was an adviser a moment ago.
        refused.push('not-here')
        return expect(await open({ shareId, subjectRef, consentId, readingId, salt, verifier, sealedKey, invitation: null })).toBe(false)
      }
      if (!errand) return
      const tried = await openShares.try(handle, at())
      if (!right) return openShares.wrong(tried, { ...telling(), by: by.adviser })
      if (tried) await open(tried)
    }
  }
}
