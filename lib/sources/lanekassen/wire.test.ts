import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digits } from '@/lib/testing/builders'
import { accountsAnswer, parseKeepingDigits } from './wire'

const answer = (amount: string, { total = amount, currency = '"NOK"', changed = '"2026-01-15T21:02:11.307Z"' } = {}) =>
  `{"Accounts":[{"Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":${currency},"amount":${amount}},"LastChangeDateTime":${changed}}],"Name":"Lån","Bban":"${digits}","Assert":""}],"TotalAmount":${total}}`
const read = (text: string) => accountsAnswer.safeParse(parseKeepingDigits(text))
const amountIn = (text: string) => read(text).data?.Accounts[0]?.Balances[0]?.BalanceAmount.amount

describe('an amount', () => {
  test.each([
    ['12684.79', 1268479], ['280.0', 28000], ['280', 28000], ['0', 0], ['0.00', 0], ['-0.0', 0], ['-1523.5', -152350], ['1204330.0', 120433000],
    ['0.29', 29], ['1.15', 115], ['4503599627.37', 450359962737], ['999999999999.99', 99999999999999], ['280.10000', 28010],
  ])('%s is %d øre to the last one', (text, ore) => {
    expect(amountIn(answer(text))?.ore).toBe(ore)
  })

  test('is what stands in the answer, for every amount with two decimals', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }), (kroner, ore) => amountIn(answer(`${kroner}.${String(ore).padStart(2, '0')}`))?.ore === kroner * 100 + ore), { numRuns: 5_000 })
  })

  test.each(['280.125', '0.001', '1e3', '1E3', '-1e-7', '1000000000000', '"12684.79"', 'true', '[]', '{}', '{"ore":1}'])('%s is none: the whole answer is refused', (text) => {
    expect(read(answer(text, { total: '0' })).success).toBe(false)
    expect(read(answer('0', { total: text })).success).toBe(false)
  })

  test('beyond all numbers is none either, nor is one that stands there twice', () => {
    expect(() => read(answer('1e400', { total: '0' }))).toThrow(SyntaxError)
    expect(() => read(answer('1').replace('"amount":1', '"amount":1,"amount":2'))).toThrow(SyntaxError)
  })

  test('that is null or absent is unknown, and not zero', () => {
    expect(amountIn(answer('null', { total: '0' }))).toBeNull()
    expect(amountIn(answer('1').replace('"amount":1', '"more":true'))).toBeNull()
    expect(read(answer('1', { total: 'null' })).data?.TotalAmount).toBeNull()
    expect(read(answer('1').replace(/,"TotalAmount":1/, '')).data?.TotalAmount).toBeNull()
  })

  test('cannot be smuggled in as the digits we make of a number', () => {
    expect(read(answer('{"digits":"1e3"}', { total: '0' })).success).toBe(false)
  })

  test.each(['"EUR"', '"nok"', '""', 'null', '578'])('in currency %s is refused', (currency) => {
    expect(read(answer('1', { currency })).success).toBe(false)
  })
})

describe('the time of the last change', () => {
  test.each([
    ['2026-05-11T09:30:00Z', '2026-05-11T09:30:00.000Z'], ['2026-03-02T01:52:27.8Z', '2026-03-02T01:52:27.800Z'], ['2026-03-02T01:52:27.87Z', '2026-03-02T01:52:27.870Z'],
    ['2026-02-27T13:45:10.1234567Z', '2026-02-27T13:45:10.123Z'], ['2026-02-27T13:45:10+01:00', '2026-02-27T12:45:10.000Z'],
  ])('%s is an instant', (text, instant) => {
    expect(read(answer('1', { changed: `"${text}"` })).data?.Accounts[0]?.Balances[0]?.LastChangeDateTime?.toISOString()).toBe(instant)
  })

  test.each(['"2026-05-11T09:30:00"', '"2026-05-11"', '"2026-02-30T00:00:00Z"', '"i går"', '1790000000'])('%s is none: the answer is refused', (changed) => {
    expect(read(answer('1', { changed })).success).toBe(false)
  })

  test('may be unknown', () => {
    expect(read(answer('1', { changed: 'null' })).data?.Accounts[0]?.Balances[0]?.LastChangeDateTime).toBeNull()
  })
})

describe('the answer', () => {
  test('may hold more than we know of, and nothing of that is kept', () => {
    const { data } = read(answer('1').replace('"Assert"', '"Surprise":[1,2],"Assert"'))
    expect(Object.keys(data?.Accounts[0] ?? {}).sort()).toEqual(['Balances', 'Bban', 'Name'])
  })

  test.each(['{}', '[]', 'null', '"text"', '1', '{"Accounts":null}', '{"Accounts":{}}', '{"accounts":[],"totalAmount":0}', '{"Accounts":[null]}', '{"Accounts":[{"Name":"Lån"}],"TotalAmount":0}'])('is not %s', (text) => {
    expect(read(text).success).toBe(false)
  })

  test('with a thousand accounts, or a thousand balances, is nobody’s', () => {
    const account = `{"Name":"Lån","Bban":"${digits}","Balances":[]}`
    expect(read(`{"Accounts":[${Array(1000).fill(account).join()}],"TotalAmount":0}`).success).toBe(false)
    expect(read(answer('1').replace(/("Balances":)\[(.*?\})\]/, (_all, name: string, one: string) => `${name}[${Array(1000).fill(one).join()}]`)).success).toBe(false)
  })

  test.each(['', '{', '{"Accounts":[', 'NaN', "{'Accounts':[]}", '{"Accounts":[],}', '<html>'])('that is no JSON throws: %s', (text) => {
    expect(() => parseKeepingDigits(text)).toThrow(SyntaxError)
  })
})
