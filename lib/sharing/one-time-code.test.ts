import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { handleOf, isTheCode, newOneTimeCode, openCode, parseOneTimeCode, spelled } from './one-time-code'

const salt = () => new Uint8Array(randomBytes(16))

describe('a one-time code', () => {
  test('has eight signs, none of which looks like another', () => {
    const seen = new Set(Array.from({ length: 2_000 }, () => newOneTimeCode().reveal()).join(''))
    expect(Array.from({ length: 200 }, () => newOneTimeCode().reveal())).toSatisfy((codes: string[]) => codes.every((code) => code.length === 8))
    for (const alike of ['0O', '1IL', '2Z', '5S', '6G', '8B', 'UV']) expect([...alike].filter((sign) => seen.has(sign)).length, alike).toBeLessThanOrEqual(1)
    expect([...'AEIOU'].filter((vowel) => seen.has(vowel))).toEqual([])
    expect(seen.size).toBe(24)
  })

  test('is not the same twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newOneTimeCode().reveal())).size).toBe(1_000)
  })

  test('is spelled so that it can be read out, and read back however it is typed', () => {
    const code = new Secret('K7QM9XTR')
    expect(spelled(code)).toBe('K7QM 9XTR')
    for (const typed of ['K7QM9XTR', 'k7qm 9xtr', ' K7QM-9XTR ', 'k7–qm—9x tr', 'K7QM\u00a09XTR']) expect(parseOneTimeCode(typed)?.reveal(), typed).toBe('K7QM9XTR')
    for (const typed of ['', 'K7QM9XT', 'K7QM9XTRR', 'K7QM9XT0', 'K7QM9XTÅ', 'K7QM.9XTR', 'K7QM9XTR'.padEnd(50)]) expect(parseOneTimeCode(typed), typed).toBeNull()
  })

  test('whatever is typed is a code or nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => { expect(parseOneTimeCode(typed)?.reveal() ?? 'K7QM9XTR').toMatch(/^[2-9C-Y]{8}$/) }))
  })

  test('says in two signs which share it means', () => {
    expect(handleOf(new Secret('K7QM9XTR'))).toBe('K7')
  })

  test('refuses to be printed', () => {
    expect([String(newOneTimeCode()), JSON.stringify({ code: newOneTimeCode() })]).toEqual(['[secret]', '{"code":"[secret]"}'])
  })
})

describe('what a code opens', () => {
  const serverKey = new Uint8Array(randomBytes(32))

  test('is the same for the same code, salt and server key, and for nothing else', async () => {
    const [code, its] = [new Secret('K7QM9XTR'), salt()]
    const opened = await openCode(code, its, serverKey)
    const again = await openCode(code, its, serverKey)
    expect(isTheCode(again, opened.verifier)).toBe(true)
    expect(Buffer.from(again.key).equals(opened.key)).toBe(true)
    for (const other of [await openCode(new Secret('K7QM9XTT'), its, serverKey), await openCode(code, salt(), serverKey), await openCode(code, its, new Uint8Array(32))]) {
      expect(isTheCode(other, opened.verifier)).toBe(false)
      expect(Buffer.from(other.key).equals(opened.key)).toBe(false)
    }
  })

  test('is a key and a verifier that do not tell each other', async () => {
    const { key, verifier } = await openCode(newOneTimeCode(), salt(), serverKey)
    expect([key.length, verifier.length]).toEqual([32, 32])
    expect(Buffer.from(key).equals(verifier)).toBe(false)
    expect(isTheCode({ key, verifier }, verifier.subarray(0, 31))).toBe(false)
  })
})
