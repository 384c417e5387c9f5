import { describe, expect, test } from 'vitest'
import { placeFromAddress, placeInAddress } from './audit-place'

describe('a place in the log, in an address', () => {
  test('is read back', () => {
    const place = { at: new Date('2026-11-21T12:00:00.123Z'), id: '918273' }
    expect(placeFromAddress(placeInAddress(place))).toEqual(place)
  })
  test.each([undefined, '', '1', '-', 'a-b', '1-', '-1', '1-1 ', `${'9'.repeat(16)}-1`, ['1-1'], '1-1;DROP'])('and not from %j', (text) => {
    expect(placeFromAddress(text)).toBeNull()
  })
})
