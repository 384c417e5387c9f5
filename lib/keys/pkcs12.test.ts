import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aBusinessCertificate, aContainer, derOf } from '@/lib/testing/certificates'
import { openPkcs12 } from './pkcs12'

const bank = aBusinessCertificate()
const opened = (container: Uint8Array, password = 'a-password') => {
  const result = openPkcs12(container, password)
  if (!result.ok) throw new Error(result.reason)
  return result.value
}

describe('a container that we open', () => {
  test.each(['aes256', 'aes128', '3des'] as const)('is one under %s', (algorithm) => {
    const { keys, certificates } = opened(aContainer(bank, { algorithm }))
    expect(keys).toHaveLength(1)
    expect(certificates.map(({ raw }) => raw.toString('base64')).sort()).toEqual([bank.certificate, ...bank.chain].map((it) => derOf(it).toString('base64')).sort())
  })

  /** Made with OpenSSL 3: `openssl pkcs12 -export`, with `-legacy`, with PBE-SHA1-3DES for both parts, and as it stands. */
  test.each(['rc2', '3des', 'aes'])('is one that OpenSSL has made under %s, with a password beyond ASCII', (form) => {
    const { keys, certificates } = opened(readFileSync(`lib/testing/pkcs12/openssl-${form}.container`), 'blåbær €')
    expect(certificates.map((it) => it.checkPrivateKey(keys[0] ?? it.publicKey)).filter(Boolean)).toHaveLength(1)
    expect(certificates.every((it) => certificates.some((above) => it.verify(above.publicKey)))).toBe(true)
  })

  test('is one without a password', () => {
    expect(opened(aContainer(bank, { password: '' }), '').keys).toHaveLength(1)
  })

  test('is one with certificates and no key', () => {
    expect(opened(aContainer({ ...bank, key: null }))).toMatchObject({ keys: [], certificates: { length: 3 } })
  })
})

describe('a container that we do not open', () => {
  test.each(['rc2', '3des', 'aes'])('is one under another password, be it %s', (form) => {
    const container = readFileSync(`lib/testing/pkcs12/openssl-${form}.container`)
    for (const password of ['blabar', 'blåbær', 'blåbær €€', '']) expect(openPkcs12(container, password)).toEqual({ ok: false, reason: 'wrong-password' })
  })

  test('is one in which a bit has changed', () => {
    const container = aContainer(bank)
    for (const at of [100, Math.floor(container.length / 2), container.length - 100]) {
      const spoilt = Buffer.from(container)
      spoilt[at] = (spoilt[at] ?? 0) ^ 1
      expect(openPkcs12(spoilt, 'a-password').ok, String(at)).toBe(false)
    }
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('-----BEGIN PRIVATE KEY-----')],
    ['a certificate', derOf(bank.certificate)],
    ['half a container', aContainer(bank).subarray(0, 700)],
  ])('is %s', (_what, bytes) => {
    expect(openPkcs12(bytes, 'a-password')).toEqual({ ok: false, reason: 'not-pkcs12' })
  })

  test('says nothing of its contents or its password', () => {
    expect(JSON.stringify(openPkcs12(aContainer(bank), 'canary'))).toBe('{"ok":false,"reason":"wrong-password"}')
  })
})
