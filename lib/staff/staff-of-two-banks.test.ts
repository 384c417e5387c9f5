import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createAuditReading } from '@/lib/audit/audit-reading-store'
import { everything } from '@/lib/audit/audit-filter'
import { createSealStatusStore } from '@/lib/audit/seal-status-store'
import { newCorrelationId } from '@/lib/correlation-id'
import { openDatabase, type Database } from '@/lib/db'
import { createSealer, fingerprint } from '@/lib/sealed'
import { newSessionToken, tokenHashOf } from '@/lib/session/session'
import { aNationalId, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, later, today } from '@/lib/testing/database'
import { aSub, someClaims } from '@/lib/testing/staff'
import { createUpstreamSights } from '@/lib/upstream-sight-store'
import { createProtectedPersonStore } from './protected-person-store'
import { createStaffStore, staffEvent } from './staff-store'

/** Two banks in one database, with the same keys and the same provider: once behind both locks, and once as the owner, behind the stores' own conditions alone. */
const database = await freshDatabase()
const opened: Database[] = []
afterAll(() => Promise.all(opened.map((db) => db.$disconnect())))
const fingerprintKey = randomBytes(32)
const keys = { sealer: createSealer([{ kid: 'k1', key: randomBytes(32) }]), fingerprintKey, issuer: 'https://log-in.bank.example' }

function bankAt(url: string, number: string) {
  const db = openDatabase(url, anOrgNumber(number), 2)
  opened.push(db)
  return { store: createStaffStore(db, keys), people: createProtectedPersonStore(db, fingerprintKey), sights: createUpstreamSights(db, { now: () => today }), reading: createAuditReading(db), seals: createSealStatusStore(db) }
}
type Bank = ReturnType<typeof bankAt>
async function logsIn({ store }: Bank, sub: string) {
  const staffRef = await store.remember(someClaims({ sub }), today)
  const tokenHash = tokenHashOf(newSessionToken())
  const correlationId = newCorrelationId()
  await store.start({ tokenHash, staffRef, roles: ['adviser'], unit: null, idpSid: `sid-${sub}`, createdAt: today, lastSeenAt: today, expiresAt: later({ hours: 8 }), checkedAt: today, checkingUntil: null, tokensSealed: new Uint8Array(4) }, staffEvent(staffRef, 'staff-session.started', { at: today, correlationId }))
  return { staffRef, tokenHash, correlationId }
}

describe.each([['behind both locks', database.appUrl], ['behind the first lock alone', database.ownerUrl]])('%s', (_, url) => {
  const [ours, theirs] = [bankAt(url, '311111116'), bankAt(url, '312222221')]
  const ending = () => ({ reason: 'back-channel' as const, at: today, correlationId: newCorrelationId() })

  test('one and the same employee is two people, and neither bank touches the other’s log-in', async () => {
    const sub = aSub()
    const [here, there] = [await logsIn(ours, sub), await logsIn(theirs, sub)]
    expect(here.staffRef).not.toBe(there.staffRef)
    expect(await theirs.store.find(here.tokenHash)).toBeNull()
    expect(await theirs.store.nameOf(here.staffRef)).toBeNull()
    expect((await theirs.store.members()).map(({ ref }) => ref)).not.toContain(here.staffRef)
    await theirs.store.touch(here.tokenHash, later({ minutes: 1 }))
    expect(await theirs.store.claimCheck(here.tokenHash, later({ minutes: 2 }), { checkedBefore: later({ minutes: 1 }), now: today })).toBe(false)
    expect([await theirs.store.end({ tokenHash: here.tokenHash }, ending()), await theirs.store.end({ staffRef: here.staffRef }, ending())]).toEqual([0, 0])
    expect(await theirs.store.end({ sid: `sid-${sub}`, sub }, ending())).toBe(1)
    expect(await ours.store.find(here.tokenHash)).toMatchObject({ lastSeenAt: today, checkingUntil: null })
    await theirs.store.endExpired({ idleMinutes: 15, maxMinutes: 480 }, later({ hours: 9 }), newCorrelationId())
    expect(await ours.store.find(here.tokenHash)).not.toBeNull()
  })

  test('protected at one bank is not protected at the other, nor taken off there', async () => {
    const person = aNationalId('22847500038')
    const print = fingerprint(fingerprintKey, 'national-id', person.reveal())
    const { staffRef } = await logsIn(ours, aSub())
    await ours.people.add(person, staffRef, staffEvent(staffRef, 'protected-person.added', { at: today, correlationId: newCorrelationId() }))
    expect([await ours.people.isProtected(print), await theirs.people.isProtected(print)]).toEqual([true, false])
    expect([await theirs.people.entries(), await theirs.people.remove(person, staffEvent(staffRef, 'protected-person.removed', { at: today, correlationId: newCorrelationId() }))]).toEqual([[], false])
    expect(await ours.people.isProtected(print)).toBe(true)
    await ours.people.remove(person, staffEvent(staffRef, 'protected-person.removed', { at: today, correlationId: newCorrelationId() }))
  })

  test('an auditor reads the log of their own bank, and an admin sees their own upstreams', async () => {
    const { correlationId, staffRef } = await logsIn(ours, aSub())
    const filter = { ...everything, correlationId }
    expect(await ours.reading.lines(filter, { before: null, take: 10 })).toMatchObject({ ok: true, value: [{ actor: `staff:${staffRef}` }] })
    expect(await theirs.reading.lines(filter, { before: null, take: 10 })).toEqual({ ok: true, value: [] })
    expect(await theirs.reading.exceeds(filter, 0)).toEqual({ ok: true, value: false })
    ours.sights.saw('lanekassen', '503', null)
    await expect.poll(() => ours.sights.all()).toMatchObject([{ upstream: 'lanekassen' }])
    expect(await theirs.sights.all()).toEqual([])
    const [here, there] = [await ours.seals.read(1000), await theirs.seals.read(1000)]
    expect(here.unsealed + there.unsealed).toBe(Number((await database.asOwner('SELECT count(*) AS n FROM "AuditEvent"'))[0]?.n))
  })
})
