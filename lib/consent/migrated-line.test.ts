import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { day, digits } from '@/lib/testing/builders'
import { formOf, readConsent } from './migrated-line'

const code = '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d'
const good = { nationalId: digits, authorizationCode: code, validTo: '2026-12-01T12:00:00Z' }
const read = (fields: Record<string, unknown> | null, synthetic = true) => readConsent(fields, { synthetic, now: day(0) })

describe('the form of the file', () => {
  test('is told by its first line: JSON Lines, or CSV with the columns in any order, by comma or semicolon', () => {
    expect(formOf(JSON.stringify(good))).toMatchObject({ isHeader: false })
    for (const [header, line] of [
      ['nationalId,authorizationCode,validTo', `${digits},${code},2026-12-01T12:00:00Z`],
      ['"validTo";"nationalId";"authorizationCode"', `"2026-12-01T12:00:00Z";"${digits}";"${code}"`],
      ['VALIDTO , customer , nationalid,authorizationcode', `2026-12-01T12:00:00Z,of no interest,${digits},${code}`],
    ] as const) {
      const form = formOf(header)
      expect(form?.isHeader).toBe(true)
      expect(form?.read(line)).toEqual(good)
      expect(form?.read(`${line};,;,`)).toBeNull()
    }
  })

  test.each(['', `${digits},${code},2026-12-01T12:00:00Z`, 'nationalId,validTo', 'nationalId,nationalId,authorizationCode,validTo', '[{}]'])('is not this: %j', (first) => {
    expect(formOf(first)).toBeNull()
  })

  test('may hold any line whatever: it is read or it is not', () => {
    fc.assert(fc.property(fc.string(), fc.constantFrom('{', 'nationalId,authorizationCode,validTo'), (line, first) => {
      expect([true, false]).toContain(read(formOf(first)?.read(line) ?? null).ok)
    }))
  })
})

describe('a line', () => {
  test('with person, code and end is a consent; its code in small letters, as we keep it', () => {
    const consent = read({ ...good, authorizationCode: code.toUpperCase() })
    expect(consent).toMatchObject({ ok: true, value: { code, validTo: new Date('2026-12-01T12:00:00Z') } })
    expect(consent.ok && consent.value.offeredBy.reveal()).toBe(digits)
  })

  test.each([
    ['unreadable', null],
    ['no-national-id', { ...good, nationalId: '15819010028' }],
    ['no-national-id', { ...good, nationalId: Number(digits) }],
    ['no-national-id', { ...good, nationalId: undefined }],
    ['no-code', { ...good, authorizationCode: '5498' }],
    ['no-valid-to', { ...good, validTo: '2026-12-01T12:00:00' }],
    ['no-valid-to', { ...good, validTo: '1.12.2026' }],
    ['no-valid-to', { ...good, validTo: '2026-13-01T12:00:00Z' }],
    ['over', { ...good, validTo: day(0).toISOString() }],
    ['too-long', { ...good, validTo: day(367).toISOString() }],
  ])('is refused in a word, without what it holds: %s', (reason, fields) => {
    const refused = read(fields)
    expect(refused).toEqual({ ok: false, reason })
  })

  test('with a test person’s number is none in production', () => {
    expect(read(good, false)).toEqual({ ok: false, reason: 'no-national-id' })
  })
})
