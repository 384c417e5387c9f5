import { expect, test } from 'vitest'
import { fail, ok } from './result'

test('an outcome is a value or the reason there is none', () => {
  expect(ok(7)).toEqual({ ok: true, value: 7 })
  expect(fail('busy')).toEqual({ ok: false, reason: 'busy' })
  expect(fail('busy', 'until noon')).toEqual({ ok: false, reason: 'busy', detail: 'until noon' })
})

test('a failure without a detail has no detail at all, so that it survives JSON unchanged', () => {
  expect(Object.keys(fail('busy'))).toEqual(['ok', 'reason'])
})
