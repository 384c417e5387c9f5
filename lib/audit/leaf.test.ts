import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leafHashOf, leafOf, type LoggedEvent } from './leaf.ts'

const event: LoggedEvent = {
  id: '17', bank: '311111116', at: Date.UTC(2026, 10, 21, 6), type: 'session.started', actor: 'applicant',
  subjectRef: null, consentId: null, outcome: null, correlationId: 'K7QM-9XTB-2RWH',
}

describe('the leaf of an event', () => {
  test('is the one that is documented, byte for byte', () => {
    expect(leafOf(event)).toBe('{"actor":"applicant","at":1795240800000,"bank":"311111116","consentId":null,"correlationId":"K7QM-9XTB-2RWH","id":"17","outcome":null,"subjectRef":null,"type":"session.started","v":1}')
    expect(Buffer.from(leafHashOf(event)).toString('hex')).toBe(createHash('sha256').update('\0').update(leafOf(event)).digest('hex'))
  })

  test('names every field in alphabetical order', () => {
    const names = Object.keys(JSON.parse(leafOf(event)) as object)
    expect(names).toEqual([...names].sort())
    expect(names.filter((name) => name !== 'v').sort()).toEqual(Object.keys(event).sort())
  })

  test('is another whenever a field is another: no two events share one', () => {
    const text = fc.oneof(fc.constantFrom('', 'a', '"', '\\', ',"at":1', '\n', 'null'), fc.string())
    const maybe = fc.option(text)
    const events = fc.record({ id: text, bank: text, at: fc.integer(), type: text, actor: text, subjectRef: maybe, consentId: maybe, outcome: maybe, correlationId: text })
    fc.assert(fc.property(events, events, (a, b) => {
      const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
      expect(leafOf(a) === leafOf(b)).toBe(same)
    }))
    for (const [name, value] of Object.entries(event)) expect(leafOf({ ...event, [name]: typeof value === 'number' ? value + 1 : `${value ?? ''}x` })).not.toBe(leafOf(event))
  })
})
