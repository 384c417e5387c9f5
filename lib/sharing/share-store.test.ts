import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createConsentStore } from '@/lib/consent/consent-store'
import { newCorrelationId } from '@/lib/correlation-id'
import { createSessionStore, type EndReason } from '@/lib/session/session-store'
import { anEvent, after } from '@/lib/testing/builders'
import { freshDatabase, later, today } from '@/lib/testing/database'
import { aCustomer, anAdviser } from '@/lib/testing/sharing'
import { createSealer } from '@/lib/sealed'
import { createSubjectStore } from '@/lib/subject/subject-store'
import { createStaffStore, staffEvent } from '@/lib/staff/staff-store'
import { createShareStore } from './share-store'

const database = await freshDatabase({ timeZone: 'Pacific/Kiritimati' })
const { db, asOwner } = database
const other = database.another()
const [shares, elsewhere] = [createShareStore(db), createShareStore(other)]
const [sessions, consents] = [createSessionStore(other), createConsentStore(other)]
const sealer = createSealer([{ kid: 'k', key: new Uint8Array(32) }])
const staff = createStaffStore(other, { sealer, fingerprintKey: new Uint8Array(32), issuer: 'https://staff.example' })
const now = later({ minutes: 1 })
const telling = { at: now, correlationId: newCorrelationId() }
const seals = async (shareId: string) => (await asOwner('SELECT FROM "ShareSeal" WHERE "shareId" = $1', [shareId])).length
const told = async (consentId: string) => (await database.events()).filter((it) => it.consentId === consentId && it.type.startsWith('share.')).map(({ type, outcome, actor }) => [type, outcome, actor.replace(/:.*/, '')].filter(Boolean).join(' '))

const anOpenShare = async () => {
  const customer = await aCustomer(database)
  const by = await anAdviser(database)
  const { share, opened } = await customer.shows(by)
  expect(opened).toBe(true)
  return { ...customer, ...by, share }
}
type Open = Awaited<ReturnType<typeof anOpenShare>>
const logOut = ({ session }: Open, reason: EndReason) => sessions.end(session.tokenHash, { reason, actor: 'applicant', at: now, correlationId: telling.correlationId })
const close = ({ consent }: Open, status: 'revoked' | 'expired', outcome: string) =>
  consents.settle({ ...consent, status, settledAt: now }, 'accepted', anEvent({ type: 'consent.closed', actor: 'system', at: now, consentId: consent.id, subjectRef: consent.subjectRef, outcome, correlationId: telling.correlationId }))

describe('starting to share', () => {
  test('keeps a seal that waits for its code, and tells the log', async () => {
    const customer = await aCustomer(database)
    const { share, begun, code } = await customer.starts()
    expect(begun).toMatchObject({ ok: true })
    expect(await elsewhere.ofSession(customer.session.tokenHash)).toMatchObject({ id: share.id, openedAt: null, end: null, sealed: true, codeSealed: code.codeSealed, adviser: null, consent: { status: 'accepted' }, session: { lastSeenAt: today } })
    expect(await shares.handlesTaken()).toContain(code.handle)
    expect(await told(customer.consent.id)).toEqual(['share.started by-code applicant'])
  })

  test('once more ends what was shared before, of this log-in and no other', async () => {
    const [first, second] = [await anOpenShare(), await anOpenShare()]
    const again = await first.starts({}, now)
    expect(await shares.find(first.share.id)).toMatchObject({ end: 'replaced', sealed: false })
    expect([await shares.find(again.share.id), await shares.find(second.share.id)]).toMatchObject([{ end: null, sealed: true }, { end: null, sealed: true }])
    expect((await told(first.consent.id)).slice(-2)).toEqual(['share.ended replaced applicant', 'share.started by-code applicant'])
  })

  test('twice at once leaves one', async () => {
    const customer = await aCustomer(database)
    await Promise.all([customer.starts({}, today, shares), customer.starts({}, today, elsewhere), customer.starts({}, today, shares)])
    const all = await asOwner('SELECT "end" FROM "Share" WHERE "sessionHash" = $1', [customer.session.tokenHash])
    expect(all.filter(({ end }) => end === null)).toHaveLength(1)
    expect(await asOwner('SELECT FROM "ShareSeal" WHERE "sessionHash" = $1', [customer.session.tokenHash])).toHaveLength(1)
  })

  test('is for a live log-in with a reading on a live consent, and for nobody else', async () => {
    const customer = await aCustomer(database)
    const live = { at: now, idleSince: after(now, { minutes: -15 }) }
    expect(await shares.shareable(customer.session.tokenHash, live)).toMatchObject({ readingId: customer.readingId, consentId: customer.consent.id })
    expect(await shares.shareable(new Uint8Array(32), live)).toBeNull()
    expect(await shares.shareable(customer.session.tokenHash, { at: now, idleSince: today })).toBeNull()
    expect(await shares.shareable(customer.session.tokenHash, { at: customer.session.expiresAt, idleSince: after(today, { ms: -1 }) })).toBeNull()
    expect(await shares.shareable(customer.session.tokenHash, { at: customer.consent.validTo, idleSince: after(today, { ms: -1 }) })).toBeNull()
    await sessions.end(customer.session.tokenHash, { reason: 'own', actor: 'applicant', ...telling })
    expect((await customer.starts()).begun).toMatchObject({ reason: 'gone' })
    expect(await told(customer.consent.id)).toEqual([])
  })

  test('under a code that begins as another that waits is refused, and changes nothing', async () => {
    const [one, two] = [await aCustomer(database), await aCustomer(database)]
    const { code } = await one.starts()
    expect((await two.starts({ code: { ...code, verifier: new Uint8Array(randomBytes(32)) } })).begun).toMatchObject({ reason: 'taken' })
    expect(await told(two.consent.id)).toEqual([])
  })

  test('that cannot be told does not happen', async () => {
    const customer = await aCustomer(database)
    await asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    await expect(customer.starts()).rejects.toThrow()
    await asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    expect(await shares.ofSession(customer.session.tokenHash)).toBeNull()
  })
})

const ends: [what: string, why: string, actor: string, happen: (it: Open) => Promise<unknown>][] = [
  ['the customer stops', 'stopped', 'applicant', ({ session }) => shares.stop(session.tokenHash, telling)],
  ['the adviser leaves', 'adviser-left', 'staff', ({ share, adviser }) => shares.leave(share.id, adviser, telling)],
  ['the adviser logs out', 'adviser-left', 'staff', ({ adviser }) => staff.end({ tokenHash: adviser.tokenHash }, { reason: 'own', ...telling })],
  ['an admin ends the adviser’s log-ins', 'adviser-left', 'staff', ({ adviser }) => staff.end({ staffRef: adviser.staffRef }, { reason: 'ended-by-admin', ...telling })],
  ['a job ends the adviser’s log-in', 'adviser-left', 'staff', async ({ adviser }) => {
    await asOwner('UPDATE "StaffSession" SET "expiresAt" = $2 WHERE "tokenHash" = $1', [adviser.tokenHash, today])
    await staff.endExpired({ idleMinutes: 15, maxMinutes: 480 }, after(today, { seconds: 1 }), telling.correlationId)
  }],
  ['the adviser is no adviser any more, and stays logged in as an auditor', 'adviser-left', 'staff', async ({ adviser }) => {
    await asOwner('UPDATE "StaffSession" SET "checkingUntil" = $2 WHERE "tokenHash" = $1', [adviser.tokenHash, now])
    await staff.confirm(adviser.tokenHash, now, { roles: ['auditor'], unit: null, tokensSealed: new Uint8Array(8), checkedAt: now }, staffEvent(adviser.staffRef, 'staff-session.roles-changed', { ...telling, outcome: 'auditor' }))
  }],
  ['the customer logs out', 'logged-out', 'applicant', (it) => logOut(it, 'own')],
  ['another log-in takes the place of theirs', 'logged-out', 'applicant', (it) => logOut(it, 'replaced')],
  ['ID-porten logs them out in a frame', 'logged-out', 'id-porten', ({ session }) => sessions.endAll(session.idpSid, { reason: 'front-channel', actor: 'id-porten', ...telling })],
  ['ID-porten logs them out by a token', 'logged-out', 'id-porten', ({ session, readingId }) => sessions.endAllOnce(session.idpSid, { value: readingId, expiresAt: later({ hours: 1 }) }, { reason: 'back-channel', actor: 'id-porten', ...telling })],
  ['they were away too long', 'timed-out', 'applicant', (it) => logOut(it, 'idle')],
  ['their time was up', 'timed-out', 'applicant', (it) => logOut(it, 'absolute')],
  ['a job ends their log-in', 'timed-out', 'system', async ({ session }) => {
    await db.session.updateMany({ where: { tokenHash: session.tokenHash }, data: { lastSeenAt: after(today, { minutes: -20 }) } })
    await sessions.endExpired({ idleMinutes: 15, maxMinutes: 120 }, after(today, { seconds: 1 }), telling.correlationId)
  }],
  ['the consent is withdrawn', 'consent-revoked', 'system', (it) => close(it, 'revoked', 'revoked')],
  ['the consent runs out', 'consent-expired', 'system', (it) => close(it, 'expired', 'expired')],
  ['the customer stops our use of it', 'consent-stopped-here', 'system', (it) => close(it, 'revoked', 'stopped-here')],
  ['the customer is erased', 'logged-out', 'applicant', async ({ consent }) => {
    await asOwner(`UPDATE "Consent" SET "validTo" = "requestedAt" WHERE "id" = $1`, [consent.id])
    await createSubjectStore(db, { sealer, fingerprintKey: new Uint8Array(32) }).erase(consent.subjectRef, { actor: 'applicant', ...telling })
  }],
  ['somebody deletes the reading by hand', 'lost', 'system', ({ readingId }) => asOwner('DELETE FROM "HeldReading" WHERE "id" = $1', [readingId])],
  ['somebody closes the consent by hand', 'lost', 'system', ({ consent }) => asOwner(`UPDATE "Consent" SET "status" = 'revoked' WHERE "id" = $1`, [consent.id])],
  ['somebody ends the share by hand', 'stopped', '', ({ share }) => asOwner(`UPDATE "Share" SET "end" = 'stopped', "endedAt" = now() WHERE "id" = $1`, [share.id])],
]

describe('a share ends, and its seal is gone, when', () => {
  test.each(ends)('%s', async (_what, why, actor, happen) => {
    const [it, bystander] = [await anOpenShare(), await anOpenShare()]
    await happen(it)
    const [ended] = await asOwner('SELECT "end", "endedAt" IS NOT NULL AS "at" FROM "Share" WHERE "id" = $1', [it.share.id])
    expect(ended).toEqual({ end: why, at: true })
    expect([await seals(it.share.id), await seals(bystander.share.id)]).toEqual([0, 1])
    expect((await told(it.consent.id)).filter((line) => line.startsWith('share.ended'))).toEqual(actor ? [`share.ended ${why} ${actor}`] : [])
  })

  test('the consent is taken away altogether', async () => {
    const { consent, share } = await anOpenShare()
    await asOwner('DELETE FROM "Consent" WHERE "id" = $1', [consent.id])
    expect([await shares.find(share.id), await seals(share.id)]).toEqual([null, 0])
  })

  test('a crash of the database has emptied what is in no log: a job sees to it', async () => {
    const it = await anOpenShare()
    await asOwner('TRUNCATE "ShareSeal"')
    expect(await shares.endDue(telling)).toBeGreaterThanOrEqual(1)
    expect(await shares.find(it.share.id)).toMatchObject({ end: 'lost' })
    expect(await told(it.consent.id)).toContain('share.ended lost system')
    expect(await elsewhere.endDue(telling)).toBe(0)
  })

  test('nobody has used the code in time: a job sees to it, and leaves the others', async () => {
    const [waiting, early, open] = [await aCustomer(database), await aCustomer(database), await anOpenShare()]
    const [{ share }, { share: fresh }] = [await waiting.starts(), await early.starts({}, now)]
    expect(await shares.endDue({ ...telling, at: after(share.codeUntil, { ms: -1 }) })).toBe(0)
    expect(await elsewhere.endDue({ ...telling, at: share.codeUntil })).toBe(1)
    expect([await shares.find(share.id), await shares.find(fresh.id), await shares.find(open.share.id)]).toMatchObject([{ end: 'code-unused', sealed: false }, { end: null, sealed: true }, { end: null, sealed: true }])
    expect(await told(waiting.consent.id)).toContain('share.ended code-unused system')
  })

  test('but not when its end cannot be told: then the log-out can be done again', async () => {
    const it = await anOpenShare()
    await asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    for (const happen of [() => logOut(it, 'own'), () => shares.stop(it.session.tokenHash, telling), () => close(it, 'revoked', 'revoked')]) await expect(happen()).rejects.toThrow()
    await asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    expect(await shares.find(it.share.id)).toMatchObject({ end: null, sealed: true })
    expect(await logOut(it, 'own')).toBe(true)
    expect(await shares.find(it.share.id)).toMatchObject({ end: 'logged-out', sealed: false })
  })

  test('two log-ins of one person end at once: the log tells of both shares', async () => {
    const idpSid = randomBytes(8).toString('hex')
    const first = await aCustomer(database, { idpSid })
    const second = await aCustomer(database, { idpSid, subjectRef: first.session.subjectRef })
    for (const customer of [first, second]) await customer.shows(await anAdviser(database))
    await sessions.endAll(idpSid, { reason: 'front-channel', actor: 'id-porten', ...telling })
    for (const { consent } of [first, second]) expect((await told(consent.id)).at(-1)).toBe('share.ended logged-out id-porten')
  })
})

describe('what has ended', () => {
  test('does not change, is not ended again, and takes no seal', async () => {
    const it = await anOpenShare()
    await shares.stop(it.session.tokenHash, telling)
    expect([await shares.stop(it.session.tokenHash, telling), await shares.leave(it.share.id, it.adviser, telling)]).toEqual([false, false])
    await expect(asOwner(`UPDATE "Share" SET "endedAt" = NULL, "end" = NULL WHERE "id" = $1`, [it.share.id])).rejects.toThrow('does not change')
    await expect(asOwner(`INSERT INTO "ShareSeal" ("shareId", "readingId", "sessionHash", "sealedKey", "staffHash") VALUES ($1, $2, $3, $3, $4)`, [it.share.id, it.readingId, it.session.tokenHash, it.adviser.tokenHash])).rejects.toThrow('not sealed for')
  })

  test('of one customer or adviser is not stopped by another', async () => {
    const [mine, theirs] = [await anOpenShare(), await anOpenShare()]
    expect(await shares.stop(theirs.session.tokenHash, telling)).toBe(true)
    expect(await shares.leave(mine.share.id, theirs.adviser, telling)).toBe(false)
    expect(await shares.find(mine.share.id)).toMatchObject({ end: null })
  })
})

test('all that may end a share, at once, leaves one end, one line of it and no seal', async () => {
  for (let round = 0; round < 25; round++) {
    const it = await anOpenShare()
    const happen = [() => logOut(it, 'own'), () => shares.stop(it.session.tokenHash, telling), () => elsewhere.leave(it.share.id, it.adviser, telling), () => close(it, 'revoked', 'revoked'), () => it.starts({}, now, elsewhere), () => staff.end({ staffRef: it.adviser.staffRef }, { reason: 'own', ...telling })]
    await Promise.all([...happen.slice(round % 6), ...happen.slice(0, round % 6)].map((end) => end()))
    expect(await seals(it.share.id)).toBe(0)
    expect((await shares.find(it.share.id))?.end).toBeTruthy()
  }
  expect(await asOwner('SELECT FROM "ShareSeal" k LEFT JOIN "Share" s ON s."id" = k."shareId" LEFT JOIN "HeldReading" r ON r."id" = k."readingId" WHERE s."endedAt" IS NOT NULL OR r."id" IS NULL')).toEqual([])
  expect(await asOwner(`SELECT FROM "Share" WHERE "endedAt" IS NULL AND "id" NOT IN (SELECT "shareId" FROM "ShareSeal")`)).toEqual([])
})
