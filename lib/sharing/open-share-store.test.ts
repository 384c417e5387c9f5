import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createConsentStore } from '@/lib/consent/consent-store'
import { newCorrelationId } from '@/lib/correlation-id'
import { createSessionStore } from '@/lib/session/session-store'
import { openReading } from '@/lib/sources/held-reading'
import { after, anEvent } from '@/lib/testing/builders'
import { freshDatabase, later } from '@/lib/testing/database'
import { aCustomer, anAdviser, figures } from '@/lib/testing/sharing'
import { createOpenShareStore } from './open-share-store'
import { createShareStore } from './share-store'

const database = await freshDatabase({ timeZone: 'America/St_Johns' })
const { db, asOwner } = database
const other = database.another()
const [openShares, elsewhere] = [createOpenShareStore(db), createOpenShareStore(other)]
const [shares, sessions, consents] = [createShareStore(other), createSessionStore(other), createConsentStore(other)]
const now = later({ minutes: 1 })
const live = (at = now) => ({ at, idleSince: after(at, { minutes: -15 }), correlationId: newCorrelationId() })
const told = async (consentId: string, type = 'reading.shown') => (await database.events()).filter((it) => it.consentId === consentId && it.type === type)

const anOpenShare = async (but = {}, consentBut = {}) => {
  const [customer, by] = [await aCustomer(database, but, consentBut), await anAdviser(database)]
  const { share, opened } = await customer.shows(by)
  expect(opened).toBe(true)
  return { ...customer, ...by, share, look: (at = now, who = by.adviser, store = elsewhere) => store.look(share.id, who, live(at)) }
}
type Open = Awaited<ReturnType<typeof anOpenShare>>

const by = { staffRef: randomUUID() }

describe('a code that waits', () => {
  test('is tried five times, on whichever instance, and is dead after the fifth wrong one', async () => {
    const customer = await aCustomer(database)
    const { share, code } = await customer.starts()
    const tries = await Promise.all(Array.from({ length: 9 }, (_, n) => (n % 2 ? elsewhere : openShares).try(code.handle, now)))
    const counted = tries.filter((tried) => tried !== null)
    expect(counted).toHaveLength(5)
    expect(counted[0]).toMatchObject({ shareId: share.id, subjectRef: customer.session.subjectRef, verifier: code.verifier, salt: code.salt, invitation: null })
    await openShares.wrong(counted[0] ?? null, { ...live(), by })
    expect(await shares.find(share.id)).toMatchObject({ end: 'code-dead', sealed: false })
    expect(await openShares.try(code.handle, now)).toBeNull()
    expect((await database.events()).filter(({ consentId }) => consentId === customer.consent.id).map(({ type, outcome }) => `${type} ${outcome}`).slice(-2)).toEqual(['share.refused wrong-code', 'share.ended code-dead'])
  })

  test('is none after ten minutes', async () => {
    const { code, share } = await (await aCustomer(database)).starts()
    expect(await openShares.try(code.handle, share.codeUntil)).toBeNull()
    expect(await openShares.try(code.handle, after(share.codeUntil, { ms: -1 }))).not.toBeNull()
  })

  test('is not spent by a refusal that is not the code’s fault, and the refusal is told', async () => {
    const { code, share } = await (await aCustomer(database)).starts()
    for (let time = 0; time < 12; time++) await openShares.refuse(await openShares.try(code.handle, now), 'own', { ...live(), by })
    expect(await openShares.try(code.handle, now)).toMatchObject({ shareId: share.id })
    expect((await told(share.consentId, 'share.refused')).map(({ outcome, subjectRef }) => [outcome, subjectRef])).toEqual(Array.from({ length: 12 }, () => ['own', share.subjectRef]))
  })

  test('a wrong one that means no share is told all the same', async () => {
    expect(await openShares.try('ZZ', now)).toBeNull()
    await openShares.wrong(null, { ...live(), by })
    expect((await database.events()).at(-1)).toMatchObject({ type: 'share.refused', outcome: 'wrong-code', subjectRef: null })
  })

  test('is opened once, however many come with it', async () => {
    const [customer, ...advisers] = await Promise.all([aCustomer(database), anAdviser(database), anAdviser(database), anAdviser(database)])
    const { code, share } = await customer.starts()
    const tried = await openShares.try(code.handle, now)
    if (!tried) throw new Error('no share waits')
    const opened = await Promise.all(advisers.map(({ adviser }, n) => (n % 2 ? elsewhere : openShares).open(tried, { ...adviser, errand: { purpose: 'p', caseNumber: '1' }, sealedKey: new Uint8Array(60) }, live())))
    expect(opened.filter(Boolean)).toHaveLength(1)
    expect(await told(share.consentId, 'share.opened')).toHaveLength(1)
    expect(await asOwner('SELECT "handle", "salt", "verifier", "codeSealed" FROM "ShareSeal" WHERE "shareId" = $1', [share.id])).toEqual([{ handle: null, salt: null, verifier: null, codeSealed: null }])
  })

  test('is not opened for a role that goes at the same moment: given back, it would show again what was told to be over', async () => {
    const [customer, { adviser }] = [await aCustomer(database), await anAdviser(database)]
    const { code, share } = await customer.starts()
    const tried = await openShares.try(code.handle, now)
    if (!tried) throw new Error('no share waits')
    const provider = new pg.Client({ connectionString: database.ownerUrl })
    await provider.connect()
    onTestFinished(() => provider.end())
    await provider.query('BEGIN')
    await provider.query(`UPDATE "StaffSession" SET "roles" = '{auditor}' WHERE "tokenHash" = $1`, [adviser.tokenHash])
    let done = false
    const opening = openShares.open(tried, { ...adviser, errand: { purpose: 'p', caseNumber: '1' }, sealedKey: new Uint8Array(60) }, live()).finally(() => { done = true })
    await expect.poll(async () => done || (await asOwner('SELECT FROM pg_locks WHERE NOT granted')).length > 0).toBe(true)
    await provider.query('COMMIT')
    expect(await opening).toBe(false)
    expect(await shares.find(share.id)).toMatchObject({ openedAt: null })
  })

  test('is not opened unless that can be told', async () => {
    const [customer, { adviser }] = [await aCustomer(database), await anAdviser(database)]
    const { code, share } = await customer.starts()
    const tried = await openShares.try(code.handle, now)
    if (!tried) throw new Error('no share waits')
    const open = () => openShares.open(tried, { ...adviser, errand: { purpose: 'p', caseNumber: '1' }, sealedKey: new Uint8Array(60) }, live())
    await asOwner('CREATE FUNCTION lose_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER lose_it BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION lose_it()')
    expect(await open()).toBe(false)
    await asOwner('DROP TRIGGER lose_it ON "AuditEvent"; DROP FUNCTION lose_it')
    expect(await shares.find(share.id)).toMatchObject({ openedAt: null })
    expect(await open()).toBe(true)
  })
})

const gone: [string, (it: Open) => Promise<unknown>][] = [
  ['the customer has stopped', ({ session }) => shares.stop(session.tokenHash, live())],
  ['the adviser has left', ({ share, adviser }) => shares.leave(share.id, adviser, live())],
  ['the customer has logged out', ({ session }) => sessions.end(session.tokenHash, { reason: 'own', actor: 'applicant', ...live() })],
  ['the customer shows it to another', ({ starts }) => starts({}, now)],
  ['the consent is withdrawn', ({ consent }) => consents.settle({ ...consent, status: 'revoked', settledAt: now }, 'accepted', anEvent({ type: 'consent.closed', at: now, consentId: consent.id, subjectRef: consent.subjectRef, outcome: 'revoked' }))],
  ['the share was written as ended by hand', ({ share }) => asOwner(`UPDATE "Share" SET "end" = 'stopped', "endedAt" = now() WHERE "id" = $1`, [share.id])],
  ['the adviser has logged out', ({ adviser }) => asOwner('DELETE FROM "StaffSession" WHERE "tokenHash" = $1', [adviser.tokenHash])],
  ['the adviser has another role now', ({ adviser }) => asOwner(`UPDATE "StaffSession" SET "roles" = '{auditor}' WHERE "tokenHash" = $1`, [adviser.tokenHash])],
  ['the adviser was away too long, though nobody has ended their log-in yet', ({ adviser }) => asOwner('UPDATE "StaffSession" SET "lastSeenAt" = $2 WHERE "tokenHash" = $1', [adviser.tokenHash, after(now, { minutes: -15 })])],
  ['the adviser’s time is up', ({ adviser }) => asOwner('UPDATE "StaffSession" SET "expiresAt" = $2 WHERE "tokenHash" = $1', [adviser.tokenHash, now])],
  ['the provider has not confirmed the role for too long', ({ adviser }) => asOwner('UPDATE "StaffSession" SET "checkedAt" = $2 WHERE "tokenHash" = $1', [adviser.tokenHash, after(now, { minutes: -3 })])],
  ['the customer has come to be protected', ({ session }) => asOwner('INSERT INTO "ProtectedPerson" ("fingerprint", "addedAt", "addedBy") SELECT "fingerprint", now(), gen_random_uuid() FROM "Subject" WHERE "ref" = $1', [session.subjectRef])],
  ['the customer turns out to be the adviser', ({ session, adviser }) => asOwner('UPDATE "StaffMember" SET "nationalIdFingerprint" = (SELECT "fingerprint" FROM "Subject" WHERE "ref" = $1) WHERE "ref" = $2', [session.subjectRef, adviser.staffRef])],
  ['the reading is gone', ({ readingId }) => asOwner('DELETE FROM "HeldReading" WHERE "id" = $1', [readingId])],
]

describe('looking at what a customer shows', () => {
  test('opens with the adviser’s cookie, and each look is a line of its own', async () => {
    const { look, readerKey, consent, session } = await anOpenShare()
    const looks = await Promise.all(Array.from({ length: 20 }, (_, n) => look(now, undefined, n % 2 ? openShares : elsewhere)))
    for (const seen of looks) expect(seen && openReading(seen, seen.readingId, readerKey)).toEqual(figures)
    const lines = await told(consent.id)
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatchObject({ subjectRef: session.subjectRef, consentId: consent.id })
  })

  test.each(gone)('shows nothing and logs nothing when %s', async (_when, happen) => {
    const it = await anOpenShare()
    expect(await it.look()).not.toBeNull()
    await happen(it)
    expect(await it.look()).toBeNull()
    expect(await told(it.consent.id)).toHaveLength(1)
  })

  test('shows nothing to another adviser, to another log-in of the same one, or before the code is used', async () => {
    const it = await anOpenShare()
    const { adviser: other } = await anAdviser(database)
    for (const who of [other, { ...it.adviser, tokenHash: other.tokenHash }, { ...it.adviser, staffRef: randomUUID() }]) expect(await it.look(now, who)).toBeNull()
    const { share } = await (await aCustomer(database)).starts()
    expect(await openShares.look(share.id, it.adviser, live())).toBeNull()
  })

  test('shows nothing once the customer’s time or the consent’s is up, though nobody has ended them yet', async () => {
    const it = await anOpenShare({}, { validTo: later({ minutes: 2 }) })
    expect(await it.look(later({ minutes: 2, ms: -1 }))).not.toBeNull()
    expect(await it.look(later({ minutes: 2 }))).toBeNull()
    const idle = await anOpenShare()
    await asOwner('UPDATE "StaffSession" SET "lastSeenAt" = $2, "checkedAt" = $2 WHERE "tokenHash" = $1', [idle.adviser.tokenHash, later({ minutes: 14 })])
    expect(await idle.look(later({ minutes: 15, ms: -1 }))).not.toBeNull()
    expect(await idle.look(later({ minutes: 15 }))).toBeNull()
    const absolute = await anOpenShare({ expiresAt: later({ minutes: 2 }) })
    expect(await absolute.look(later({ minutes: 2, ms: -1 }))).not.toBeNull()
    expect(await absolute.look(later({ minutes: 2 }))).toBeNull()
  })

  test('shows nothing of one person on another’s consent, even if a row came to point at the wrong one', async () => {
    const [mine, yours] = [await anOpenShare(), await anOpenShare()]
    await asOwner('UPDATE "Session" SET "subjectRef" = $1 WHERE "tokenHash" = $2', [yours.session.subjectRef, mine.session.tokenHash])
    expect(await mine.look()).toBeNull()
  })

  test('a hundred times while the log refuses shows nothing a hundred times', async () => {
    const { look, consent } = await anOpenShare()
    await asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    for (let time = 0; time < 50; time++) await expect(look()).rejects.toThrow()
    await asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')
    await asOwner('CREATE FUNCTION lose_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER lose_it BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION lose_it()')
    for (let time = 0; time < 50; time++) expect(await look()).toBeNull()
    await asOwner('DROP TRIGGER lose_it ON "AuditEvent"; DROP FUNCTION lose_it')
    expect(await told(consent.id)).toEqual([])
    expect(await look()).not.toBeNull()
  })

  test('races a stop to one end: who comes after it sees nothing', async () => {
    for (let round = 0; round < 20; round++) {
      const it = await anOpenShare()
      const [seen] = await Promise.all([it.look(), shares.stop(it.session.tokenHash, live())])
      expect(await told(it.consent.id)).toHaveLength(seen ? 1 : 0)
      expect(await it.look()).toBeNull()
    }
  })
})

test('tries are counted for the whole cluster, each name by itself, and begin anew in time', async () => {
  const [me, branch] = [{ name: `adviser:${randomUUID()}`, most: 3 }, { name: `address:${randomUUID()}`, most: 5 }]
  const count = (at = now, who = [me, branch], store = openShares) => store.count(who, at, 15)
  expect(await Promise.all([count(), count(now, [branch, me], elsewhere), count()])).toEqual([true, true, true])
  expect([await count(), await count(now, [branch])]).toEqual([false, true])
  expect(await count(now, [branch])).toBe(false)
  expect(await count(after(now, { minutes: 15, ms: -1 }))).toBe(false)
  expect(await count(after(now, { minutes: 15 }))).toBe(true)
})
