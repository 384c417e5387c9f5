import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { anEvent, anOrgNumber } from '@/lib/testing/builders'
import { freshDatabase, later, today } from '@/lib/testing/database'
import { createAuditLog } from './audit-log'
import { createAuditTrail } from './audit-trail-store'

const database = await freshDatabase()
const [audit, trail] = [createAuditLog(database.db), createAuditTrail(database.db)]

describe('a person’s lines in the audit log', () => {
  test('are read back as they were written, the newest first, in the types that are asked for', async () => {
    const me = randomUUID()
    const [first, second] = [anEvent({ at: today, subjectRef: me, type: 'source.read', outcome: 'ok', consentId: randomUUID() }), anEvent({ at: later({ minutes: 1 }), subjectRef: me, type: 'reading.shown' })]
    for (const event of [first, second, anEvent({ at: today, subjectRef: me, type: 'session.ended', outcome: 'own' }), anEvent({ at: today, subjectRef: randomUUID(), type: 'reading.shown' })]) await audit.append(event)
    const lines = await trail.ofSubject(me, { types: ['source.read', 'reading.shown'], before: null, take: 10 })
    expect(lines).toEqual([second, first].map(({ subjectRef: _ref, ...event }) => ({ ...event, id: expect.stringMatching(/^\d+$/) as unknown })))
  })

  test('go on from where one has come to, also between lines of the same moment and over the months', async () => {
    const me = randomUUID()
    const times = [today, today, today, later({ hours: 24 * 40 }), later({ hours: 24 * 80 })]
    for (const at of times) await audit.append(anEvent({ at, subjectRef: me, type: 'reading.shown' }))
    const all = await trail.ofSubject(me, { types: ['reading.shown'], before: null, take: 10 })
    expect(all.map(({ at }) => at)).toEqual([...times].reverse())
    for (const [index, before] of all.entries()) expect(await trail.ofSubject(me, { types: ['reading.shown'], before, take: 2 })).toEqual(all.slice(index + 1, index + 3))
  })

  test('are not another bank’s to read', async () => {
    const me = randomUUID()
    await audit.append(anEvent({ at: today, subjectRef: me, type: 'reading.shown' }))
    expect(await createAuditTrail(database.another(anOrgNumber('312222221'))).ofSubject(me, { types: ['reading.shown'], before: null, take: 10 })).toEqual([])
  })
})
