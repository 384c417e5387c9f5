import { expect, test } from 'vitest'
import { lastNameOf } from './last-name'

test.each([['Nordmann', 'Nordmann'], ['  Kari Nordmann ', 'Nordmann'], ['von der Lippe', 'Lippe'], ['Åse Ærøy-Ødegård', 'Ærøy-Ødegård'], ["O'Brien", "O'Brien"], ['O’Brien', "O'Brien"], ['Şahin', 'Şahin'], ['A\u030As', 'Ås']])('"%s" is %s in the register', (written, name) => {
  expect(lastNameOf(written)?.reveal()).toBe(name)
})

test.each(['', '   ', '123', 'Nordmann 1', 'nora@example.no', '<b>', '-', '15819010029', 'a'.repeat(201), `${'a'.repeat(101)}`, null, undefined, 7, ['Nordmann']])('%o is no name', (written) => {
  expect(lastNameOf(written)).toBeNull()
})

test('a name is not printed', () => {
  expect(`${JSON.stringify({ name: lastNameOf('Canarysen') })} ${String(lastNameOf('Canarysen'))}`).not.toContain('Canarysen')
})
