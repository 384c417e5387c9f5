import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { anEvent } from '@/lib/testing/builders'
import { freshDatabase, later, today } from '@/lib/testing/database'
import { createAuditLog, writeAuditEvent } from './audit-log'

const database = await freshDatabase()
const { db, asOwner, events } = database
const audit = createAuditLog(db)

describe('an event in the audit log', () => {
  test('says who did what when with which consent, how it went, and whose line it is', async () => {
    const event = anEvent({ type: 'session.refused', at: today, actor: 'id-porten', subjectRef: randomUUID(), consentId: randomUUID(), outcome: 'level-too-low' })
    await audit.append(event)
    const [{ id: _id, xid: _xid, ...row } = {}] = await asOwner('SELECT * FROM "AuditEvent" WHERE "correlationId" = $1', [event.correlationId])
    expect(row).toEqual({ ...event, bank: db.bank })
  })

  test('goes with the change it tells of: undone together', async () => {
    const event = anEvent({ at: today })
    const undone = db.$transaction(async (tx) => {
      await writeAuditEvent(tx, event)
      throw new Error('the change did not succeed')
    })
    await expect(undone).rejects.toThrow('did not succeed')
    expect(await asOwner('SELECT FROM "AuditEvent" WHERE "correlationId" = $1', [event.correlationId])).toEqual([])
  })

  test('that holds somebody’s words or number is not written, and says so', async () => {
    const before = (await events()).length
    for (const outcome of ['Nora Nordmann', '15819010029', 'the balance was 12684.79']) await expect(audit.append(anEvent({ at: today, outcome }))).rejects.toThrow()
    expect(await events()).toHaveLength(before)
  })

  test('is not lost among many at once', async () => {
    const before = (await events()).length
    await Promise.all(Array.from({ length: 100 }, () => audit.append(anEvent({ at: today }))))
    expect(await events()).toHaveLength(before + 100)
  })
})

describe('room in the audit log', () => {
  const months = async () => (await asOwner(`SELECT relname FROM pg_class WHERE relnamespace = 'audit_parts'::regnamespace AND relkind = 'r'`)).length

  test('is there for this month and the next twelve, also when asked for twice', async () => {
    await audit.ensureRoom(today)
    const before = await months()
    await audit.ensureRoom(today)
    expect(await months()).toBe(before)
  })

  test('grows as time goes, a month at a time, also on the last day of a long month', async () => {
    const before = await months()
    const monthOn = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 2, 0, 23, 59, 59))
    await audit.ensureRoom(monthOn)
    expect(await months()).toBe(before + 1)
    await audit.append(anEvent({ at: new Date(Date.UTC(monthOn.getUTCFullYear() + 1, monthOn.getUTCMonth(), 28)) }))
  })

  test('is made once by instances that start together', async () => {
    const in3Months = later({ hours: 24 * 100 })
    const others = Array.from({ length: 4 }, () => createAuditLog(database.another()))
    await Promise.all(others.map((other) => other.ensureRoom(in3Months)))
    await audit.append(anEvent({ at: new Date(Date.UTC(in3Months.getUTCFullYear() + 1, in3Months.getUTCMonth(), 1)) }))
  })

  test('that is missing loses no event quietly: the write fails', async () => {
    await expect(audit.append(anEvent({ at: later({ hours: 24 * 365 * 10 }) }))).rejects.toThrow()
  })
})
