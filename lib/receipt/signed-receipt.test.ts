import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { FlattenedSign, importJWK, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { canonical, signReceipt, verifyReceipt, type Json, type ReceiptJson } from './signed-receipt'

function aKey(kid: string) {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK & { x: string }
  return { kid, jwk, publicJwk: { kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid, alg: 'EdDSA', use: 'sig' } }
}
const [own, other] = [aKey('2026'), aKey('2027')]
const keys = { keys: [own.publicJwk] }
const document: ReceiptJson = { '@id': 'urn:uuid:1', says: ['yes', 'på «bokmål»'], who: { b: '2', a: '1' } }
const signed = await signReceipt(document, own)
const file = (content: unknown = signed) => JSON.stringify(content)

describe('one way to write a document down', () => {
  test('sorts members by their code units, keeps lists as they are, and has no white space (RFC 8785 §3.2.3)', () => {
    const given = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' }
    expect(canonical(given)).toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}')
    expect(canonical(['b', 'a', [{}], []])).toBe('["b","a",[{}],[]]')
  })

  const json = fc.letrec<{ json: Json }>((tie) => ({ json: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'binary' }), fc.array(tie('json')), fc.dictionary(fc.string().filter((name) => name !== '__proto__'), tie('json'))) })).json
  test('says the same as the document, however its members are turned round', () => {
    const turned = (it: Json): Json => (typeof it === 'string' ? it : Array.isArray(it) ? it.map(turned) : Object.fromEntries(Object.entries(it).reverse().map(([name, value]) => [name, turned(value)])))
    fc.assert(fc.property(json, (it) => {
      expect(JSON.parse(canonical(it))).toEqual(it)
      expect(canonical(turned(it))).toBe(canonical(it))
    }))
  })
})

describe('a signed receipt', () => {
  test('is genuine, and what was signed is what is read', async () => {
    expect(await verifyReceipt(file(), keys)).toEqual({ ok: true, document, kid: '2026' })
  })

  test('is genuine with its members in another order and other white space', async () => {
    expect(await verifyReceipt(JSON.stringify(Object.fromEntries(Object.entries(signed).reverse()), null, 4), keys)).toMatchObject({ ok: true })
  })

  test('is genuine after the bank has taken another key, as long as the old one is published', async () => {
    expect(await verifyReceipt(file(), { keys: [other.publicJwk, own.publicJwk] })).toMatchObject({ ok: true })
    expect(await verifyReceipt(file(), { keys: [other.publicJwk] })).toEqual({ ok: false, why: 'unknown-key', kid: '2026' })
  })

  test.each([
    ['a word', { ...signed, says: ['no', 'på «bokmål»'] }],
    ['the order of a list', { ...signed, says: ['på «bokmål»', 'yes'] }],
    ['a member more', { ...signed, more: 'x' }],
    ['a member less', Object.fromEntries(Object.entries(signed).filter(([name]) => name !== 'who'))],
    ['a name', { ...Object.fromEntries(Object.entries(signed).filter(([name]) => name !== 'says')), said: signed.says }],
    ['a letter in a form that looks the same', { ...signed, says: ['yes', 'pa\u030a «bokmål»'] }],
  ])('is not genuine when somebody has changed %s', async (_what, changed) => {
    expect(await verifyReceipt(file(changed), keys)).toEqual({ ok: false, why: 'changed', kid: '2026' })
  })

  test('is not genuine when another has signed it under our key’s name', async () => {
    expect(await verifyReceipt(file(await signReceipt(document, { ...other, kid: '2026' })), keys)).toMatchObject({ ok: false, why: 'changed' })
  })

  test('is not another thing that was signed with the same key', async () => {
    const { protected: header, signature } = await new FlattenedSign(new TextEncoder().encode(canonical(document))).setProtectedHeader({ alg: 'EdDSA', kid: '2026', typ: 'JWT' }).sign(await importJWK(own.jwk, 'EdDSA'))
    expect(await verifyReceipt(file({ ...document, 'sec:jws': `${header}..${signature}` }), keys)).toMatchObject({ ok: false, why: 'not-signed' })
  })

  test('is not signed with an algorithm that somebody else chose', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: '2026', typ: 'saldosyn-receipt' })).toString('base64url')
    expect(await verifyReceipt(file({ ...document, 'sec:jws': `${header}..AAAA` }), keys)).toMatchObject({ ok: false, why: 'changed' })
  })

  test.each(['', '%PDF-1.7', '[]', '"x"', 'null', '{"a":1}', '{"a":', file().slice(0, -5)])('is not read from %j', async (text) => {
    expect(await verifyReceipt(text, keys)).toEqual({ ok: false, why: 'not-json', kid: null })
  })

  test.each([{}, document, { 'sec:jws': 'x' }, { 'sec:jws': ['a..b'] }, { 'sec:jws': 'a.b.c' }])('is not read from %j without a signature', async (content) => {
    expect(await verifyReceipt(file(content), keys)).toEqual({ ok: false, why: 'not-signed', kid: null })
  })
})
