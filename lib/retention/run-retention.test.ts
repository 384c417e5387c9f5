import { randomBytes, randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Consent, ConsentStatus } from '@/lib/consent/consent'
import { anOrgNumber, after } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, aSubject, freshDatabase, later, today } from '@/lib/testing/database'
import { clockAt } from '@/lib/testing/fakes'
import { removables } from './policy'
import { createRetentionStore } from './retention-store'
import { runRetention } from './run-retention'

const database = await freshDatabase()
const { db, asOwner, count } = database
const reference = 'K7QM-9XTB-2RWH'
const days = (n: number) => later({ hours: 24 * n })
const justBefore = (date: Date) => after(date, { ms: -1 })

// The log has room for a year ahead; a moved clock goes further.
await asOwner('CREATE TABLE audit_parts.far_away PARTITION OF "AuditEvent" DEFAULT')
beforeEach(() => asOwner('DELETE FROM "Share"; DELETE FROM "Invitation"; DELETE FROM "Consent"; DELETE FROM "Session"; DELETE FROM "Subject"; DELETE FROM "StaffMember"; DELETE FROM "UsedLogoutToken"; DELETE FROM "EndedSession"; DELETE FROM "TryCount"'))

const none = Object.fromEntries(removables.map((name) => [name, 0]))
const runAt = (now: Date, at = db) => runRetention({ clock: clockAt(now), retention: createRetentionStore(at) }, reference)
const counted = async (since: number) => (await asOwner(`SELECT "type", "actor", "subjectRef", "consentId", "outcome" FROM "AuditEvent" WHERE "id" > $1 ORDER BY "id"`, [since]))
const lastId = async () => Number((await asOwner('SELECT coalesce(max("id"), 0) AS id FROM "AuditEvent"'))[0]?.id)
const aClosed = async (status: ConsentStatus, settledAt: Date, but: Partial<Consent> = {}) =>
  aStoredConsent(database, { subjectRef: but.subjectRef ?? (await aSubject(database)), status, settledAt, requestedAt: after(settledAt, { hours: -24 }), validTo: settledAt, ...but })
const aShare = async (consent: Consent, { opened }: { opened: boolean }) => {
  const id = randomUUID()
  const by = opened ? { openedAt: today, staffRef: randomUUID(), purpose: 'loan', caseNumber: '17' } : {}
  await db.share.create({ data: { id, subjectRef: consent.subjectRef, consentId: consent.id, sessionHash: new Uint8Array(randomBytes(32)), createdAt: today, codeUntil: today, endedAt: today, end: 'stopped', ...by } })
  return id
}

/** Something of each kind, which goes on a day of its own and not a millisecond before. */
const kinds = {
  'log-out-tokens': { days: 0, table: 'UsedLogoutToken', make: () => db.usedLogoutToken.create({ data: { jti: 'j', expiresAt: today } }) },
  'ended-log-ins': { days: 0, table: 'EndedSession', make: () => db.endedSession.create({ data: { tokenHash: new Uint8Array(32), reason: 'idle', until: today } }) },
  tries: { days: 0, table: 'TryCount', make: () => db.tryCount.create({ data: { who: 'w', tries: 1, until: today } }) },
  'unused-shares': { days: 30, table: 'Share', make: async () => aShare(await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'accepted', validTo: days(3000) }), { opened: false }) },
  shares: { days: 1097, table: 'Share', make: async () => aShare(await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'accepted', validTo: days(3000) }), { opened: true }) },
  invitations: { days: 30, table: 'Invitation', make: () => db.invitation.create({ data: { id: randomUUID(), tokenHash: new Uint8Array(randomBytes(32)), staffRef: randomUUID(), purpose: 'loan', caseNumber: '17', createdAt: today, expiresAt: today } }) },
  'unanswered-requests': { days: 30, table: 'Consent', make: () => aClosed('expired', today, { validTo: days(364) }) },
  employees: { days: 1827, table: 'StaffMember', make: () => db.staffMember.create({ data: { ref: randomUUID(), fingerprint: new Uint8Array(randomBytes(32)), createdAt: today, lastLogInAt: today } }) },
} as const

describe.each(Object.entries(kinds))('%s', (name, { days: kept, table, make }) => {
  const rows = async () => Number((await asOwner(`SELECT count(*) AS n FROM "${table}"`))[0]?.n)

  test(`are kept for ${kept} days to the millisecond, and then counted in the log without anybody’s name`, async () => {
    await make()
    const since = await lastId()
    await runAt(days(kept))
    expect(await rows()).toBe(1)
    expect((await counted(since)).filter(({ outcome }) => String(outcome).startsWith(`${name}-`))).toEqual([])

    expect(await runAt(after(days(kept), { ms: 1 }))).toMatchObject({ [name]: 1 })
    expect(await rows()).toBe(0)
    expect(await counted(since)).toContainEqual({ type: 'retention.removed', actor: 'system', subjectRef: null, consentId: null, outcome: `${name}-1` })
  })
})

describe('consents', () => {
  test.each(['rejected', 'revoked', 'expired'] as const)('%s: kept for three years after they closed', async (status) => {
    const [start, step] = [status === 'rejected' ? 'rejected' : 'accepted', { settledAt: today }] as const
    const { id } = await aStoredConsent(database, { subjectRef: await aSubject(database), status: start, ...step, validTo: today })
    await asOwner(`UPDATE "Consent" SET "status" = $2::"ConsentStatus", "settledAt" = $3 WHERE "id" = $1`, [id, status, today])
    await runAt(days(1097))
    expect(await count('Consent')).toBe(1)
    expect(await runAt(after(days(1097), { ms: 1 }))).toMatchObject({ 'closed-consents': 1 })
    expect(await count('Consent')).toBe(0)
  })

  test('that stand, or wait for an answer, are never removed', async () => {
    await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'accepted' })
    await aStoredConsent(database, { subjectRef: await aSubject(database) })
    expect(await runAt(days(4000))).toEqual(none)
    expect(await count('Consent')).toBe(2)
  })

  test('wait for the shares that name them', async () => {
    const consent = await aClosed('revoked', after(today, { hours: -24 * 100 }))
    await aShare(consent, { opened: true })
    await runAt(days(1090))
    expect([await count('Consent'), await count('Share')]).toEqual([1, 1])
    expect(await runAt(days(1098))).toMatchObject({ shares: 1, 'closed-consents': 1 })
  })
})

describe('persons', () => {
  const known = async () => Number((await asOwner('SELECT count(*) AS n FROM "Subject" WHERE "fingerprint" IS NOT NULL AND "nationalIdSealed" IS NOT NULL'))[0]?.n)

  test('are forgotten a year after their last consent closed; the reference and the consent stay', async () => {
    const subjectRef = await aSubject(database)
    await aClosed('rejected', after(today, { hours: -24 * 50 }), { subjectRef })
    await aClosed('revoked', today, { subjectRef })
    const since = await lastId()
    await runAt(days(365))
    expect(await known()).toBe(1)
    expect(await runAt(after(days(365), { ms: 1 }))).toEqual({ ...none, persons: 1 })
    expect([await known(), await count('Subject'), await count('Consent')]).toEqual([0, 1, 2])
    expect(await counted(since)).toEqual([{ type: 'retention.removed', actor: 'system', subjectRef: null, consentId: null, outcome: 'persons-1' }])
    expect(await asOwner('SELECT "ref"::text, "nationalIdSealed", "fingerprint", "erasedAt" FROM "Subject"')).toEqual([{ ref: subjectRef, nationalIdSealed: null, fingerprint: null, erasedAt: after(days(365), { ms: 1 }) }])
  })

  test('who never answered are forgotten after thirty days', async () => {
    await aSubject(database)
    await runAt(days(30))
    expect(await known()).toBe(1)
    expect(await runAt(after(days(30), { ms: 1 }))).toEqual({ ...none, persons: 1 })
  })

  test('with a consent that stands, a request that waits, or a log-in are left alone', async () => {
    await aStoredConsent(database, { subjectRef: await aSubject(database), status: 'accepted' })
    await aStoredConsent(database, { subjectRef: await aSubject(database) })
    await aLogIn(database, { expiresAt: days(4001), lastSeenAt: days(4000) })
    expect(await runAt(days(4000))).toEqual(none)
    expect(await known()).toBe(3)
  })

  test('leave even their reference when nothing names it any more', async () => {
    await aClosed('revoked', today)
    await runAt(days(400))
    await runAt(days(1200))
    expect([await count('Consent'), await count('Subject')]).toEqual([0, 1])
    expect(await runAt(days(400 + 1098))).toEqual({ ...none, 'ownerless-references': 1 })
    expect(await count('Subject')).toBe(0)
  })

  test('are erased by a job, and by another one that runs at the same time: each once', async () => {
    for (let n = 0; n < 40; n++) await aSubject(database)
    const runs = await Promise.all([runAt(days(31)), runAt(days(31), database.another()), runAt(days(31), database.another())])
    expect(runs.reduce((sum, { persons }) => sum + persons, 0)).toBe(40)
  })

  test('who come back while the job runs are not erased: asked again with their row held', async () => {
    const subjectRef = await aSubject(database)
    const elsewhere = database.another()
    const store = createRetentionStore(db)
    let erasing: Promise<{ erased: number }> | undefined
    await elsewhere.$transaction(async (tx) => {
      await tx.session.create({ data: { tokenHash: new Uint8Array(randomBytes(32)), kind: 'applicant', subjectRef, idpSid: 's', acr: 'a', idTokenSealed: new Uint8Array(4), createdAt: today, lastSeenAt: today, expiresAt: days(1) } })
      erasing = store.erasePersons(null, { consent: days(400), withoutConsent: days(400) }, { at: today, correlationId: reference })
      await expect.poll(async () => Number((await asOwner(`SELECT count(*) AS n FROM pg_locks JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND a.datname = current_database()`))[0]?.n), { interval: 10, timeout: 900 }).toBe(1)
    })
    expect(await erasing).toMatchObject({ erased: 0 })
    expect(await known()).toBe(1)
  })
})

test('more than one step at a time: what is counted is what went, in numbers of three digits', async () => {
  await asOwner(`INSERT INTO "UsedLogoutToken" ("jti", "expiresAt") SELECT 'j' || n, $1 FROM generate_series(1, 1203) AS n`, [today])
  const since = await lastId()
  expect(await runAt(days(1))).toEqual({ ...none, 'log-out-tokens': 1203 })
  expect((await counted(since)).map(({ outcome }) => outcome)).toEqual(['log-out-tokens-500', 'log-out-tokens-500', 'log-out-tokens-203'])
})

test('when the count cannot be written, nothing goes', async () => {
  await db.usedLogoutToken.create({ data: { jti: 'j', expiresAt: today } })
  await asOwner(`ALTER TABLE "AuditEvent" ADD CONSTRAINT full_up CHECK ("type" <> 'retention.removed') NOT VALID`)
  await expect(runAt(days(1))).rejects.toThrow()
  await asOwner('ALTER TABLE "AuditEvent" DROP CONSTRAINT full_up')
  expect(await count('UsedLogoutToken')).toBe(1)
})

test('another bank’s rows are not ours to remove', async () => {
  await db.usedLogoutToken.create({ data: { jti: 'j', expiresAt: today } })
  expect(await runAt(days(10), database.another(anOrgNumber('312222221')))).toEqual(none)
  expect(await count('UsedLogoutToken')).toBe(1)
})

test('what ended this very millisecond is still kept', async () => {
  await db.usedLogoutToken.create({ data: { jti: 'j', expiresAt: today } })
  expect(await runAt(justBefore(today))).toEqual(none)
  expect(await runAt(today)).toEqual(none)
})

test('a long night: each line says when it was written, and not when the job began', async () => {
  await kinds.tries.make()
  await kinds['log-out-tokens'].make()
  const since = await lastId()
  const began = later({ hours: 1 })
  let asked = 0
  await runRetention({ clock: { now: () => after(began, { minutes: 10 * asked++ }) }, retention: createRetentionStore(db) }, reference)
  const lines = await asOwner('SELECT "at" FROM "AuditEvent" WHERE "id" > $1 ORDER BY "id"', [since])
  expect(lines.length).toBe(2)
  expect(Number(lines[1]?.at) - Number(lines[0]?.at)).toBeGreaterThanOrEqual(10 * 60_000)
})
