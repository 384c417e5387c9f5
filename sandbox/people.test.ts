import { idnr } from '@navikt/fnrvalidator'
import { expect, test } from 'vitest'
import { isInAltinnRegister, mayEnter, people } from './people.ts'
import { NOT_SYNTHETIC } from './testing/numbers.ts'

const published = ['01085301957', '01097601522', '02075700329', '02095302184', '02104802179', '03096902157', '03124002140', '04024701293', '04056200784', '04125300311', '05106500098', '06095300381', '07017900514', '08027200274', '08027201815', '08027202285', '08046802080']

test('everybody is either one of the 17 published or has a synthetic number (month + 80) with valid check digits', () => {
  expect(people.filter(({ group }) => group === 'published').map(({ pid }) => pid)).toEqual(published)
  const scenarios = people.filter(({ group }) => group === 'scenario')
  expect(scenarios.length).toBeGreaterThan(10)
  for (const { pid, name } of scenarios) expect(idnr(pid), name).toEqual({ status: 'valid', type: 'tnr' })
  expect(new Set(people.map(({ pid }) => pid)).size).toBe(people.length)
  expect(new Set(people.map(({ name }) => name)).size).toBe(people.length)
})
test('nobody with a number of another kind comes in', () => {
  expect(['15819010029', ...published].every(mayEnter)).toBe(true)
  expect(idnr(NOT_SYNTHETIC)).toEqual({ status: 'valid', type: 'fnr' })
  for (const pid of [NOT_SYNTHETIC, '01415301957', '15819010028', '', 'abc']) expect(mayEnter(pid), pid).toBe(false)
})
test('Altinn’s register has them all, but for one', () => {
  expect(people.filter(({ pid }) => !isInAltinnRegister(pid)).map(({ name }) => name)).toEqual(['Alma Altinnløs'])
})
