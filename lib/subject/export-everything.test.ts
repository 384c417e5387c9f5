import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { keyFromToken, tokenHashOf } from '@/lib/session/session'
import { noNames } from '@/lib/sharing/adviser'
import { sealReading } from '@/lib/sources/held-reading'
import { aConsent, aNationalId, anEvent, aSession, after, day, digits } from '@/lib/testing/builders'
import { aDiary, aSource, auditInMemory, clockAt, consentsInMemory, readingsInMemory, sessionsInMemory, subjectsInMemory, type Figures } from '@/lib/testing/fakes'
import { trailOf } from '@/lib/testing/trail'
import { exportEverything } from './export-everything'

const me = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const token = new Secret('a-cookie')
const now = after(day(0), { minutes: 10 })

const hers = '00000000-0000-4000-8000-00000000000a'
const shared = { staffRef: hers, unit: 'Avdeling Voss', purpose: 'Lånesøknad', caseNumber: '2026/17', openedAt: day(0), endedAt: null }

function aHouse({ held = true, lines = 0, opened = [] as (typeof shared)[], adviserNames = noNames } = {}) {
  const diary = aDiary()
  for (let n = 0; n < lines; n++) diary.write(anEvent({ type: 'reading.shown', at: after(day(0), { ms: n }), subjectRef: me }))
  for (const { staffRef, openedAt } of opened) diary.write(anEvent({ type: 'reading.shown', actor: `staff:${staffRef}`, at: openedAt, subjectRef: me }))
  const session = aSession({ tokenHash: tokenHashOf(token.reveal()), lastSeenAt: now, expiresAt: after(now, { hours: 1 }) })
  const consent = aConsent({ status: 'accepted', settledAt: day(0) })
  const [sessions, consents] = [sessionsInMemory([session], diary), consentsInMemory([consent, aConsent({ subjectRef: '00000000-0000-4000-8000-000000000001' })], diary)]
  const readings = readingsInMemory(sessions, consents, diary)
  const id = '9f2f6d0e-51f4-4b07-a8b3-2d7f3a8a6c55'
  if (held) readings.rows.set(Buffer.from(session.tokenHash).toString('hex'), { id, consentId: consent.id, fetchedAt: day(0), validTo: consent.validTo, ...sealReading({ total: 1305523 }, id, keyFromToken(token, 'reading')) })
  const deps = { clock: clockAt(now), sessionLimits: { idleMinutes: 15, maxMinutes: 120 }, subjects: subjectsInMemory([me, aNationalId()]), sessions, consents, readings, shares: { openedOf: async () => opened }, adviserNames, trail: trailOf(diary), audit: auditInMemory(diary), policy: { coveredBy: '311111116' as never } }
  return { diary, consent, take: () => exportEverything<Figures>(deps, { source: aSource(), session, token, form: 'json', correlationId: 'K7QM-9XTB-2RWH' }) }
}

describe('everything held about a person', () => {
  test('is their own consents, log-ins, lines in the log and balance, and nobody else’s', async () => {
    const { take, consent } = aHouse()
    const all = await take()
    expect(all).toMatchObject({ takenAt: now, person: { reference: me }, consents: [{ id: consent.id, state: 'active' }], balance: { value: { total: 1305523 }, consentId: consent.id }, logIns: [{ acr: 'idporten-loa-high' }] })
    expect(all.consents).toHaveLength(1)
  })

  test('has every adviser’s look with role, unit, purpose and case, and the name only where the bank tells names', async () => {
    const untold = await aHouse({ opened: [shared] }).take()
    expect(untold.shares).toEqual([{ unit: 'Avdeling Voss', purpose: 'Lånesøknad', caseNumber: '2026/17', openedAt: day(0), endedAt: null, name: null }])
    expect(untold.seen.map(({ who }) => who)).toContainEqual({ is: 'other', actor: 'staff', role: 'adviser', unit: 'Avdeling Voss', name: null, purpose: 'Lånesøknad' })
    const told = await aHouse({ opened: [shared], adviserNames: async () => new Map([[hers, 'Ragnhild Rådgiver']]) }).take()
    expect(told.shares[0]?.name).toBe('Ragnhild Rådgiver')
    expect(told.seen.map(({ who }) => who)).toContainEqual(expect.objectContaining({ name: 'Ragnhild Rådgiver' }))
    expect(JSON.stringify(told.log)).not.toContain('Ragnhild')
  })

  test('has the national id masked, and no cookie, token or key', async () => {
    const { take } = aHouse()
    const text = JSON.stringify(await take())
    expect(text).toContain(`${digits.slice(0, 6)} •••••`)
    for (const secret of [digits, token.reveal(), Buffer.from(tokenHashOf(token.reveal())).toString('hex'), 'idTokenSealed', 'tokenHash', 'idpSid']) expect(text).not.toContain(secret)
  })

  test('is logged before it is gathered, and again as a look when amounts are in it', async () => {
    const { take, diary } = aHouse()
    await take()
    expect(diary.entries).toEqual(['subject.exported: json', 'reading.shown'])
    const without = aHouse({ held: false })
    expect((await without.take()).balance).toBeNull()
    expect(without.diary.entries).toEqual(['subject.exported: json'])
  })

  test('does not leave when it cannot be logged', async () => {
    const { take, diary } = aHouse()
    diary.refuse(() => true)
    await expect(take()).rejects.toThrow('the audit log does not take it')
  })

  test('has every line of a long log', async () => {
    expect((await aHouse({ lines: 2_345, held: false }).take()).log).toHaveLength(2_346)
  })
})
