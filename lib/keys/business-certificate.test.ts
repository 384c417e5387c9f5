import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { after, BANK_NUMBER, day } from '@/lib/testing/builders'
import { aBusinessCertificate, aContainer, bankName, derOf, issuers, type Leaf } from '@/lib/testing/certificates'
import { businessKeyIn, type Rules } from './business-certificate'
import { openPkcs12 } from './pkcs12'

const rules: Rules = { owner: BANK_NUMBER, deployment: 'test', now: day(0) }
const inContainer = (contents: Parameters<typeof aContainer>[0], but: Partial<Rules> = {}) => {
  const opened = openPkcs12(aContainer(contents), 'a-password')
  if (!opened.ok) throw new Error(opened.reason)
  return businessKeyIn(opened.value, { ...rules, ...but })
}
const problemsOf = (leaf: Partial<Leaf>, but: Partial<Rules> = {}) => {
  const found = inContainer(aBusinessCertificate(leaf), but)
  return 'problems' in found ? found.problems : []
}
const keyIn = (found: ReturnType<typeof businessKeyIn>) => {
  if ('problems' in found) throw new Error(found.problems.join())
  return found.key
}
const x5cOf = (found: ReturnType<typeof businessKeyIn>) => {
  const { header } = keyIn(found)
  return 'x5c' in header ? header.x5c : []
}

describe('a business certificate in order', () => {
  const bank = aBusinessCertificate()
  const found = inContainer(bank)

  test('gives the whole chain as text, leaf first, and its own private key', () => {
    expect(x5cOf(found)).toEqual([bank.certificate, ...bank.chain].map((it) => derOf(it).toString('base64')))
    const [leaf = ''] = x5cOf(found)
    const jwk = JSON.parse(keyIn(found).jwk.reveal()) as { n: string; d?: string }
    expect(new X509Certificate(Buffer.from(leaf, 'base64')).publicKey.export({ format: 'jwk' }).n).toBe(jwk.n)
    expect(jwk.d).toEqual(expect.any(String))
  })

  test('whatever order the container has them in, and with strangers and doubles among them', () => {
    const stranger = aBusinessCertificate({ issuer: issuers.somebodyElse, role: 'stranger' })
    const shuffled = inContainer({ ...bank, chain: [...[...bank.chain].reverse(), stranger.certificate, bank.certificate] })
    expect(x5cOf(shuffled)).toEqual(x5cOf(found))
  })

  test('is known by its fingerprint, its length and its time', () => {
    expect(keyIn(found)).toMatchObject({ id: new X509Certificate(derOf(bank.certificate)).fingerprint256, alg: 'RS256', bits: 2048, since: day(-30), expiresAt: day(1_000) })
  })

  test('keeps its private key from being printed', () => {
    expect(JSON.stringify(found)).toContain('"jwk":"[secret]"')
  })

  test('may come without the root, which Maskinporten has', () => {
    expect(x5cOf(inContainer({ ...bank, chain: bank.chain.slice(0, 1) }))).toHaveLength(2)
  })

  test('may have a key for encryption beside it', () => {
    const beside = aBusinessCertificate({ usage: { keyEncipherment: true }, role: 'encryption' })
    const [a, b] = [aContainer(bank), aContainer(beside)].map((container) => openPkcs12(container, 'a-password'))
    if (!a?.ok || !b?.ok) throw new Error('not opened')
    const both = { keys: [...b.value.keys, ...a.value.keys], certificates: [...b.value.certificates, ...a.value.certificates] }
    expect(keyIn(businessKeyIn(both, rules)).id).toBe(keyIn(found).id)
  })

  test('is one as OpenSSL makes it', () => {
    const opened = openPkcs12(readFileSync('lib/testing/pkcs12/openssl-rc2.container'), 'blåbær €')
    if (!opened.ok) throw new Error(opened.reason)
    expect(x5cOf(businessKeyIn(opened.value, { ...rules, now: day(400) }))).toHaveLength(3)
  })

  test.each(Object.entries<Leaf['subject']>({
    'SEID 2.0': bankName,
    'the number as its serial number (Buypass before SEID 2.0)': { C: 'NO', O: 'Testbanken AS', serialNumber: BANK_NUMBER, CN: 'Testbanken AS' },
    'the number behind its name': { C: 'NO', O: `Testbanken AS - ${BANK_NUMBER}`, CN: 'Testbanken AS' },
    'the number in groups behind its name': { C: 'NO', O: 'Testbanken AS - 311 111 116', CN: 'Testbanken AS' },
  }))('names its organisation as %s', (_what, subject) => {
    expect(problemsOf({ subject })).toEqual([])
  })

  test.each([
    ['buypassTest', 'test'], ['oldBuypassTest', 'test'], ['commfidesTest', 'test'], ['oldCommfidesTest', 'test'], ['buypass', 'production'], ['commfides', 'production'], ['oldCommfides', 'production'],
    ['somebodyElse', 'sandbox'], ['buypassTest', 'sandbox'],
  ] as const)('is from %s in %s', (issuer, deployment) => {
    expect(problemsOf({ issuer: issuers[issuer] }, { deployment })).toEqual([])
  })

  test('is good to the last moment', () => {
    expect([problemsOf({ from: day(0) }), problemsOf({ to: day(0) })]).toEqual([[], []])
  })

  test('in supplier mode is the supplier’s', () => {
    expect(problemsOf({ subject: { ...bankName, '2.5.4.97': 'NTRNO-312222221' } }, { owner: '312222221' })).toEqual([])
  })
})

describe('a business certificate that is refused', () => {
  test.each(Object.entries({
    expired: [{ to: day(-1) }, {}],
    'not-yet-valid': [{ from: day(1) }, {}],
    'other-organisation': [{ subject: { ...bankName, '2.5.4.97': 'NTRNO-312222221' } }, {}],
    'no-organisation': [{ subject: { C: 'NO', O: 'Testbanken AS', CN: 'Testbanken AS' } }, {}],
    'test-in-production': [{}, { deployment: 'production' }],
    'production-in-test': [{ issuer: issuers.buypass }, {}],
    'unknown-issuer': [{ issuer: issuers.somebodyElse }, {}],
    psd2: [{ qc: [['0.4.0.1862.1.1'], ['0.4.0.19495.2', '0.4.0.19495.1.1']] }, {}],
    'natural-person': [{ subject: { C: 'NO', GN: 'Kari', SN: 'Nordmann', CN: 'Kari Nordmann' } }, {}],
    'too-short': [{ bits: 1024 }, {}],
    'encryption-only': [{ usage: { keyEncipherment: true } }, {}],
    'chain-expired': [{ chainTo: day(-1) }, {}],
  } satisfies Record<string, [Partial<Leaf>, Partial<Rules>]>))('%s', (problem, [leaf, but]) => {
    expect(problemsOf(leaf, but)).toEqual([problem])
  })

  test('for payment services, when it says so in its organisation’s number alone', () => {
    expect(problemsOf({ subject: { ...bankName, '2.5.4.97': 'PSDNO-FSA-311111116' } })).toEqual(['psd2'])
  })

  test('for a person, when it says so in its purpose or its serial number', () => {
    expect(problemsOf({ qc: [['0.4.0.1862.1.6', '0.4.0.1862.1.6.1']] })).toEqual(['natural-person'])
    expect(problemsOf({ subject: { ...bankName, serialNumber: 'PNONO-15819010029' } })).toEqual(['natural-person'])
    expect(problemsOf({ subject: { ...bankName, serialNumber: 'UN:NO-9578-4050-100' } })).toEqual(['natural-person'])
  })

  test('and not one with a seal’s purpose', () => {
    expect(problemsOf({ qc: [['0.4.0.1862.1.6', '0.4.0.1862.1.6.2']] })).toEqual([])
  })

  test('a real one for production in the sandbox', () => {
    expect(problemsOf({ issuer: issuers.commfides }, { deployment: 'sandbox' })).toEqual(['production-in-test'])
  })

  test('a self-signed one, which has no chain', () => {
    const { certificate, key } = aBusinessCertificate()
    expect(inContainer({ certificate, key })).toEqual({ problems: ['no-chain'] })
  })

  test('one whose issuer only has the right name', () => {
    const pretender = aBusinessCertificate({ subject: issuers.buypassTest, role: 'pretender' }).certificate
    expect(inContainer({ ...aBusinessCertificate(), chain: [pretender] })).toEqual({ problems: ['no-chain'] })
  })

  test('none at all, or no key, or several', () => {
    const bank = aBusinessCertificate()
    const second = aBusinessCertificate({ role: 'second' })
    expect(inContainer({ key: null, certificate: bank.certificate })).toEqual({ problems: ['no-key'] })
    expect(inContainer({ key: bank.key, chain: bank.chain })).toEqual({ problems: ['no-certificate'] })
    const [a, b] = [aContainer(bank), aContainer(second)].map((container) => openPkcs12(container, 'a-password'))
    if (!a?.ok || !b?.ok) throw new Error('not opened')
    expect(businessKeyIn({ keys: [...a.value.keys, ...b.value.keys], certificates: [...a.value.certificates, ...b.value.certificates] }, rules)).toEqual({ problems: ['several-keys'] })
  })

  test('with all that is wrong at once', () => {
    expect(problemsOf({ subject: { ...bankName, '2.5.4.97': 'NTRNO-312222221' }, to: day(-1), issuer: issuers.buypass }, { now: after(day(0), { hours: 1 }) })).toEqual(['other-organisation', 'expired', 'production-in-test'])
  })
})
