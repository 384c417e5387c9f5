import { describe, expect, test } from 'vitest'
import { createBankAt } from './bank-at'

const [A, B, local] = ['https://studielan.a-banken.example', 'https://lan.b-banken.example:8443', 'http://localhost:3000']
const bankAt = createBankAt([A, B, local], (origin) => origin)

describe('the bank that a request was sent to', () => {
  test.each([
    ['studielan.a-banken.example', A],
    ['Studielan.A-banken.EXAMPLE', A],
    ['studielan.a-banken.example:443', A],
    ['lan.b-banken.example:8443', B],
    ['localhost:3000', local],
  ])('%s', (host, bank) => {
    expect(bankAt(host)).toBe(bank)
  })

  test.each([
    null, '', ' ', 'a-banken.example', 'b-banken.example', 'lan.b-banken.example', 'lan.b-banken.example:443', 'studielan.a-banken.example:80', 'studielan.a-banken.example:8443', 'localhost',
    'localhost:3001', '127.0.0.1:3000', '[::1]:3000', 'studielan.a-banken.example.', 'studielan.a-banken.example@evil.example', 'evil.example#studielan.a-banken.example', 'studielan.a-banken.example/',
    'studielan.a-banken.example, evil.example', 'evil.example, studielan.a-banken.example', 'https://studielan.a-banken.example', 'x.studielan.a-banken.example', ' studielan.a-banken.example',
    'studielan.a-banken.example:', 'studielan.a-banken.example:0443', '__proto__', 'constructor', 'toString',
  ])('is none at %o', (host) => {
    expect(bankAt(host)).toBeNull()
  })

  test('at the usual port of http is one too', () => {
    const found = createBankAt(['http://intern.example'], (origin) => origin)
    expect([found('intern.example'), found('intern.example:80'), found('intern.example:443')]).toEqual(['http://intern.example', 'http://intern.example', null])
  })
})
