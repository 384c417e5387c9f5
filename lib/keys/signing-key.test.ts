import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { Secret } from '@/lib/secret'
import { BANK_NUMBER, day } from '@/lib/testing/builders'
import { aBusinessCertificate, aContainer } from '@/lib/testing/certificates'
import { businessKeyIn } from './business-certificate'
import { openPkcs12 } from './pkcs12'
import { importSigningKey, signWith } from './signing-key'

const jwk = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey.export({ format: 'jwk' })
const signing = await importSigningKey({ id: 'k', alg: 'RS256', header: { kid: 'k' }, jwk: new Secret(JSON.stringify({ ...jwk, ext: true })) })

function certified() {
  const container = openPkcs12(aContainer(aBusinessCertificate()), 'a-password')
  const found = container.ok ? businessKeyIn(container.value, { owner: BANK_NUMBER, deployment: 'test', now: day(0) }) : { problems: [] }
  if ('problems' in found) throw new Error('no key')
  return found.key
}

describe('a signature', () => {
  test('names the registered key by its kid, and nothing else', async () => {
    expect(decodeProtectedHeader(await signWith(signing, {}))).toEqual({ alg: 'RS256', kid: 'k' })
  })

  test('with a business certificate carries the whole chain as a list of texts, leaf first, and no kid; the leaf’s key verifies it', async () => {
    const jwt = await signWith(await importSigningKey(certified()), { iss: 'us' })
    const header = decodeProtectedHeader(jwt)
    expect(header).toEqual({ alg: 'RS256', x5c: [expect.any(String), expect.any(String), expect.any(String)] })
    const [leaf = '', issuer = ''] = (header.x5c ?? []).map((text) => new X509Certificate(Buffer.from(text, 'base64')))
    if (typeof leaf === 'string' || typeof issuer === 'string') throw new Error('no chain')
    await expect(compactVerify(jwt, leaf.publicKey)).resolves.toBeDefined()
    expect(leaf.verify(issuer.publicKey)).toBe(true)
  })
})

describe('signing', () => {
  test('lets the event loop turn: fifty signatures of 3072 bits hold nobody up', async () => {
    let underway = true
    const signatures = Promise.all(Array.from({ length: 50 }, () => signWith(signing, {}))).finally(() => (underway = false))
    let turns = 0
    for (; underway; turns++) await nextTurn()
    await signatures
    // Made on this thread they would be done, promises and all, before the first turn.
    expect(turns).toBeGreaterThan(10)
  })

  test('is done with a key whose private part cannot be taken out, even if its file says so', async () => {
    expect(signing.key).toMatchObject({ type: 'private', extractable: false, usages: ['sign'] })
    await expect(crypto.subtle.exportKey('jwk', signing.key)).rejects.toThrow()
  })
})
