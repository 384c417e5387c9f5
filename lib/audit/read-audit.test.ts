import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { after, aNationalId, anEvent, anOrgNumber } from '@/lib/testing/builders'
import { aLogIn, aStoredConsent, freshDatabase, later, today } from '@/lib/testing/database'
import { clockAt } from '@/lib/testing/fakes'
import { staffActor, type AuditEvent } from './audit-event'
import { everything, searchedBy, type AuditFilter } from './audit-filter'
import { createAuditLog } from './audit-log'
import { createAuditReading, type AuditEntry } from './audit-reading-store'
import { ENTRIES_ON_A_PAGE, exportAudit, readAudit, seekPerson } from './read-audit'

/** An auditor reads the log: with a real database. */
const database = await freshDatabase()
const audit = createAuditLog(database.db)
const auditReading = createAuditReading(database.db)
const clock = clockAt(later({ hours: 1 }))
const deps = { clock, audit, auditReading }
const auditor = { staffRef: randomUUID(), correlationId: newCorrelationId() }
const read = (filter: Partial<AuditFilter> = {}, before: { at: Date; id: string } | null = null, by = auditor) => readAudit(deps, { filter: { ...everything, ...filter }, before, ...by })
const found = async (filter: Partial<AuditFilter>) => {
  const page = await read(filter)
  if (!page.ok) throw new Error(page.reason)
  return page.value.entries.filter(({ type }) => !type.startsWith('audit.'))
}
const write = async (but: Partial<AuditEvent>) => {
  const event = anEvent({ at: today, ...but })
  await audit.append(event)
  return event
}
const refuseWriting = () => database.asOwner('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
const letWrite = () => database.asOwner('GRANT INSERT ON "AuditEvent" TO saldosyn_app')

describe('a search', () => {
  test('by person, event, who, reference or time finds those lines and no others', async () => {
    const [person, staffRef] = [randomUUID(), randomUUID()]
    const at = later({ minutes: 7 })
    const event = await write({ type: 'reading.shown', actor: 'applicant', subjectRef: person, at })
    const act = await write({ type: 'protected-person.added', actor: `staff:${staffRef}`, at: after(at, { ms: 1 }) })
    await write({ type: 'session.started', subjectRef: randomUUID() })

    expect(await found({ subjectRef: person })).toMatchObject([{ ...event, position: null, errand: null }])
    expect(await found({ correlationId: event.correlationId })).toHaveLength(1)
    expect(await found({ actor: { staffRef } })).toMatchObject([act])
    expect(await found({ type: 'reading.shown', actor: { kind: 'applicant' } })).toHaveLength(1)
    expect(await found({ actor: { kind: 'staff' }, type: 'protected-person.added' })).toHaveLength(1)
    expect((await found({ from: at, to: after(at, { ms: 1 }) })).map(({ type }) => type)).toEqual(['reading.shown'])
    expect(await found({ subjectRef: person, type: 'session.started' })).toEqual([])
  })

  test('by case number, or by employee, finds what an adviser saw on that errand, and how it began and ended', async () => {
    const { session } = await aLogIn(database)
    const consent = await aStoredConsent(database, { subjectRef: session.subjectRef, status: 'accepted' })
    const [staffRef, share] = [randomUUID(), randomUUID()]
    const about = { subjectRef: session.subjectRef, consentId: consent.id }
    await database.asOwner(`INSERT INTO "Share" ("id", "subjectRef", "consentId", "sessionHash", "createdAt", "codeUntil", "openedAt", "staffRef", "unit", "purpose", "caseNumber", "endedAt", "end") VALUES ($1, $2, $3, $4, $5, $5, $6, $7, 'Avdeling Sentrum', 'Lånesøknad', '2026/17', $8, 'stopped')`,
      [share, about.subjectRef, about.consentId, session.tokenHash, today, later({ minutes: 10 }), staffRef, later({ minutes: 20 })])
    for (const [type, actor, minutes] of [['share.opened', staffActor(staffRef), 10], ['reading.shown', staffActor(staffRef), 15], ['reading.shown', 'applicant', 16], ['share.ended', 'applicant', 20], ['reading.shown', staffActor(staffRef), 25]] as const) await write({ ...about, type, actor, at: later({ minutes }) })

    const onTheErrand = ['share.ended', 'reading.shown', 'share.opened']
    const entries = await found({ caseNumber: '2026/17' })
    expect(entries.map(({ type }) => type)).toEqual(onTheErrand)
    expect(entries.map(({ errand }) => errand)).toEqual(onTheErrand.map(() => ({ staffRef, unit: 'Avdeling Sentrum', purpose: 'Lånesøknad', caseNumber: '2026/17' })))
    expect(await found({ caseNumber: '2026/18' })).toEqual([])
    expect((await found({ actor: { staffRef } })).map(({ type }) => type)).toEqual(['reading.shown', 'reading.shown', 'share.opened'])
    expect((await found({ subjectRef: about.subjectRef })).filter(({ errand }) => errand === null).map(({ type, actor }) => `${type} ${actor}`)).toContain('reading.shown applicant')
  })

  test('shows another bank’s auditor nothing of it', async () => {
    const person = randomUUID()
    await write({ subjectRef: person })
    const other = database.another(anOrgNumber('312222221'))
    const page = await readAudit({ clock, audit: createAuditLog(other), auditReading: createAuditReading(other) }, { filter: { ...everything, subjectRef: person }, before: null, ...auditor })
    expect(page.ok && page.value.entries.filter(({ type }) => type !== 'audit.read')).toEqual([])
  })

  test('goes back page by page, over every line once', async () => {
    const person = randomUUID()
    const many = ENTRIES_ON_A_PAGE * 2 + 3
    // Several in one and the same millisecond, over the turn of a page too.
    for (let nr = 0; nr < many; nr++) await write({ subjectRef: person, at: later({ ms: Math.floor(nr / 7) }) })
    const seen: AuditEntry[] = []
    let [before, pages]: [{ at: Date; id: string } | null, number] = [null, 0]
    do {
      const page = await read({ subjectRef: person, type: 'session.started' }, before)
      if (!page.ok) throw new Error(page.reason)
      seen.push(...page.value.entries)
      before = page.value.next
      pages++
    } while (before)
    expect([seen.length, new Set(seen.map(({ id }) => id)).size, pages]).toEqual([many, many, 3])
    expect(seen.map(({ at }) => at.getTime())).toEqual(seen.map(({ at }) => at.getTime()).sort((a, b) => b - a))
  })
})

describe('reading the log', () => {
  test('is in the log: who, by what they searched, about whom; never what they typed', async () => {
    const by = { staffRef: randomUUID(), correlationId: newCorrelationId() }
    const person = randomUUID()
    await read({}, null, by)
    await read({ subjectRef: person, from: today, to: later({ hours: 1 }), type: 'reading.shown', caseNumber: 'canary' }, null, by)
    const lines = await database.asOwner('SELECT "type", "actor", "subjectRef", "outcome" FROM "AuditEvent" WHERE "correlationId" = $1 ORDER BY "id"', [by.correlationId])
    expect(lines).toEqual([
      { type: 'audit.read', actor: `staff:${by.staffRef}`, subjectRef: null, outcome: 'newest' },
      { type: 'audit.read', actor: `staff:${by.staffRef}`, subjectRef: person, outcome: 'time-event-person-case' },
    ])
    expect(searchedBy({ ...everything, actor: { kind: 'system' }, correlationId: 'K7QM-9XTB-2RWH' })).toBe('actor-reference')
  })

  test('that cannot be logged shows nothing; nor is anything taken out, nor anybody found', async () => {
    await refuseWriting()
    await expect(read()).rejects.toThrow()
    await expect(exportAudit(deps, { filter: everything, form: 'csv', ...auditor })).rejects.toThrow()
    await expect(seekPerson({ clock, audit, subjects: { findRef: async () => randomUUID() } }, { nationalId: aNationalId(), ...auditor })).rejects.toThrow()
    await letWrite()
  })

  test('that PostgreSQL breaks off for its length is told as that', async () => {
    await database.asOwner(`CREATE FUNCTION pg_temp_slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(3) IS NOT NULL'; ALTER POLICY own_bank ON "Share" USING ("bank" = current_setting('saldosyn.bank', true) AND pg_temp_slow()); GRANT EXECUTE ON FUNCTION pg_temp_slow() TO PUBLIC`)
    expect(await read({ caseNumber: '2026/17' })).toMatchObject({ ok: false, reason: 'too-slow' })
    await database.asOwner(`ALTER POLICY own_bank ON "Share" USING ("bank" = current_setting('saldosyn.bank', true)); DROP FUNCTION pg_temp_slow()`)
  })
})

describe('an export', () => {
  const all = async (filter: Partial<AuditFilter>) => {
    const exported = await exportAudit(deps, { filter: { ...everything, ...filter }, form: 'jsonl', ...auditor })
    if (!exported.ok) throw new Error(exported.reason)
    const batches: number[] = []
    const entries: AuditEntry[] = []
    for await (const batch of exported.value) {
      batches.push(batch.length)
      entries.push(...batch)
    }
    return { batches, entries }
  }

  test('has every line that fits, in batches, and stands in the log as taken out', async () => {
    const person = randomUUID()
    await database.asOwner(`INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "correlationId") SELECT $1::timestamptz + n * interval '1 ms', 'session.started', 'applicant', $2, 'K7QM-9XTB-2RWH' FROM generate_series(1, 2500) AS n`, [today, person])
    const { batches, entries } = await all({ subjectRef: person })
    expect(batches).toEqual([1000, 1000, 500])
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2500)
    expect((await database.events()).filter(({ type }) => type === 'audit.exported').at(-1)).toMatchObject({ actor: `staff:${auditor.staffRef}`, subjectRef: person, outcome: 'jsonl' })
  })

  test('that would be too long is none, rather than half of one', async () => {
    await database.asOwner(`INSERT INTO "AuditEvent" ("at", "type", "actor", "correlationId") SELECT $1, 'session.started', 'system', 'K7QM-9XTB-2RWH' FROM generate_series(1, 50001)`, [later({ minutes: 50 })])
    expect(await exportAudit(deps, { filter: { ...everything, actor: { kind: 'system' } }, form: 'csv', ...auditor })).toMatchObject({ ok: false, reason: 'too-many' })
  })
})
