import { inspect } from 'node:util'
import { createLog } from './log'
import { describe, expect, test } from 'vitest'
import { Secret } from './secret'

const value = 'canary-7f3c'
const secret = new Secret(value)

describe('a secret', () => {
  test('is given to whoever says so out loud', () => {
    expect(secret.reveal()).toBe(value)
  })

  test.each<[string, () => string]>([
    ['a template', () => `${secret as unknown as string}`],
    ['adding it to text', () => '' + (secret as unknown as string)],
    ['String()', () => String(secret)],
    ['JSON', () => JSON.stringify({ secret })],
    ['JSON, deep inside', () => JSON.stringify({ a: [{ b: secret }] })],
    ['the inspector', () => inspect(secret)],
    ['the inspector, told to show everything', () => inspect({ secret }, { showHidden: true, depth: 9, getters: true })],
    ['the cause of an error', () => inspect(new Error('it broke', { cause: secret }))],
    ['an error that carries it', () => inspect(Object.assign(new Error('it broke'), { secret }))],
  ])('prints as [secret] through %s', (_how, print) => {
    expect(print()).toContain('[secret]')
    expect(print()).not.toContain(value)
  })

  test.each<[string, () => string]>([
    ['the inspector without its own say', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['a structured clone', () => inspect(structuredClone({ secret }))],
    ['its keys', () => Reflect.ownKeys(secret).map(String).join()],
    ['copying its properties', () => JSON.stringify({ ...secret })],
    ['a form', () => new URLSearchParams({ secret: secret as unknown as string }).toString()],
  ])('is not found by %s', (_how, print) => {
    expect(print()).not.toContain(value)
  })

  test('prints as [secret] in a log line too, should somebody force it in', () => {
    const lines: string[] = []
    createLog({ write: (line) => lines.push(line) }).info('Something happened', { detail: secret as unknown as string })
    expect(lines.join()).toContain('[secret]')
    expect(lines.join()).not.toContain(value)
  })
})
