import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { anEd25519Jwk } from '@/lib/testing/key-pairs'
import { ConfigError, parseConfig } from './config'
import { day } from './testing/builders'
import { aBusinessCertificate, aContainer, bankName, issuers, type Leaf } from './testing/certificates'
import { newAuditJwk } from './testing/audit-keys'

const key32 = () => randomBytes(32).toString('base64')
const made = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
const jwk = (kid: string) => JSON.stringify({ ...made, kid })
const container = (leaf: Partial<Leaf> = {}, password = 'canary-password') => aContainer(aBusinessCertificate(leaf), { password })

const common = {
  APP_URL: 'https://bank.example', DEPLOYMENT: 'test', AUTH_SECRET: key32(), ENCRYPTION_KEYS: `k1:${key32()}`, FINGERPRINT_KEY: key32(), AUDIT_SIGNING_KEY: JSON.stringify(newAuditJwk()), DATABASE_URL: 'postgresql://a@b/c', BANK_NAME: 'Testbanken AS', BANK_ORG_NUMBER: '311111116',
  IDPORTEN_CLIENT_ID: 'i', IDPORTEN_JWK: jwk('login'), MASKINPORTEN_CLIENT_ID: 'm', LANEKASSEN_API_KEY: 'k', RECEIPT_SIGNING_KEY: anEd25519Jwk(),
}
const withCertificate = { ...common, MASKINPORTEN_P12: container().toString('base64'), MASKINPORTEN_P12_PASSWORD: 'canary-password' }
type Settings = Record<string, string | undefined>
const problemsOf = (settings: Settings, now = day(0)): readonly string[] => {
  try {
    parseConfig(settings, now)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
const folder = mkdtempSync(path.join(tmpdir(), 'saldosyn-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (content: string | Buffer) => {
  const at = path.join(folder, randomBytes(4).toString('hex'))
  writeFileSync(at, content)
  return at
}

describe('Maskinporten’s key', () => {
  test('is a registered one, or the first of several', () => {
    expect(parseConfig({ ...common, MASKINPORTEN_JWK: jwk('one') }).keys.maskinporten).toMatchObject({ setting: 'MASKINPORTEN_JWK', files: [], keys: [{ header: { kid: 'one' } }] })
    const set = JSON.stringify({ keys: [{ ...made, kid: 'now' }, { ...made, kid: 'next' }] })
    expect(parseConfig({ ...common, MASKINPORTEN_JWK: set, IDPORTEN_JWK: set }).keys).toMatchObject({ maskinporten: { keys: [{ id: 'now' }, { id: 'next' }] }, idporten: { keys: [{ id: 'now' }, { id: 'next' }] } })
  })

  test('or a business certificate’s', () => {
    expect(parseConfig(withCertificate, day(0)).keys.maskinporten).toMatchObject({ setting: 'MASKINPORTEN_P12', keys: [{ header: { x5c: { length: 3 } }, expiresAt: day(1_000) }] })
  })

  test.each([
    ['the bytes of the container', container()],
    ['the container in base64', `${container().toString('base64')}\n`],
    ['the container in base64 with line breaks', container().toString('base64').replace(/.{64}/g, '$&\n')],
  ])('may be in a file: %s', (_what, content) => {
    const inFiles = { ...common, MASKINPORTEN_P12_FILE: file(content), MASKINPORTEN_P12_PASSWORD_FILE: file('canary-password\n') }
    expect(parseConfig(inFiles, day(0)).keys.maskinporten).toMatchObject({ keys: [{ header: { x5c: { length: 3 } } }], files: [inFiles.MASKINPORTEN_P12_FILE, inFiles.MASKINPORTEN_P12_PASSWORD_FILE] })
  })

  test('may be in a file that is named from where the server was started', () => {
    const here = file(jwk('near'))
    const config = parseConfig({ ...common, MASKINPORTEN_JWK_FILE: path.basename(here), SALDOSYN_STARTED_IN: folder })
    expect(config.keys.maskinporten).toMatchObject({ files: [here], keys: [{ id: 'near' }] })
    expect(config.keys.maskinporten.again(day(0))).toMatchObject({ ok: true, value: [{ id: 'near' }] })
  })

  test('is the supplier’s when there is one', () => {
    const suppliers = container({ subject: { ...bankName, '2.5.4.97': 'NTRNO-312222221' } }).toString('base64')
    expect(problemsOf({ ...withCertificate, SUPPLIER_ORG_NUMBER: '312222221', MASKINPORTEN_P12: suppliers })).toEqual([])
    expect(problemsOf({ ...withCertificate, SUPPLIER_ORG_NUMBER: '312222221' })).toEqual(['MASKINPORTEN_P12 holds a certificate for another organisation than SUPPLIER_ORG_NUMBER'])
    expect(problemsOf({ ...withCertificate, MASKINPORTEN_P12: suppliers })).toEqual(['MASKINPORTEN_P12 holds a certificate for another organisation than BANK_ORG_NUMBER'])
  })
})

describe('what stops the start, in words that name the setting', () => {
  test.each<[string, Settings, string]>([
    ['no key at all', common, 'MASKINPORTEN_JWK is missing, and MASKINPORTEN_P12 too'],
    ['two kinds of key', { ...withCertificate, MASKINPORTEN_JWK: jwk('one') }, 'MASKINPORTEN_JWK and MASKINPORTEN_P12 are both given: one key signs'],
    ['a password for nothing', { ...common, MASKINPORTEN_JWK: jwk('one'), MASKINPORTEN_P12_PASSWORD: 'canary' }, 'MASKINPORTEN_P12_PASSWORD is given without MASKINPORTEN_P12'],
    ['a wrong password', { ...withCertificate, MASKINPORTEN_P12_PASSWORD: 'canary' }, 'MASKINPORTEN_P12_PASSWORD does not open MASKINPORTEN_P12'],
    ['no password', { ...withCertificate, MASKINPORTEN_P12_PASSWORD: undefined }, 'MASKINPORTEN_P12_PASSWORD does not open MASKINPORTEN_P12'],
    ['something else than a container', { ...withCertificate, MASKINPORTEN_P12: 'canary' }, 'MASKINPORTEN_P12 is not a PKCS#12 container'],
    ['a certificate that has expired', { ...withCertificate, MASKINPORTEN_P12: container({ to: day(-1) }).toString('base64') }, 'MASKINPORTEN_P12 holds a certificate that has expired'],
    ['one for production in test', { ...withCertificate, MASKINPORTEN_P12: container({ issuer: issuers.commfides }).toString('base64') }, 'MASKINPORTEN_P12 holds a certificate for production, which has no business outside it'],
    ['one for test in production', { ...withCertificate, DEPLOYMENT: 'production', LANEKASSEN_LOGO: 'l.svg' }, 'MASKINPORTEN_P12 holds a certificate for test, which production refuses'],
    ['the public half of a key', { ...common, MASKINPORTEN_JWK: JSON.stringify({ kty: 'RSA', n: made.n, e: made.e, kid: 'canary' }) }, 'MASKINPORTEN_JWK holds the public half of a key only'],
    ['two keys of one name', { ...withCertificate, IDPORTEN_JWK: JSON.stringify({ keys: [{ ...made, kid: 'canary' }, { ...made, kid: 'canary' }] }) }, 'IDPORTEN_JWK holds two keys with the same kid'],
    ['a file that is not there', { ...common, MASKINPORTEN_P12_FILE: '/no/canary' }, 'MASKINPORTEN_P12_FILE cannot be read'],
  ])('%s', (_what, settings, words) => {
    expect(problemsOf(settings)).toEqual([words])
    expect(words).not.toContain('canary')
  })

  test('does not hide what else is wrong, nor is hidden by it', () => {
    expect(problemsOf({ ...withCertificate, MASKINPORTEN_P12_PASSWORD: 'x', BANK_NAME: undefined, BANK_ORG_NUMBER: 'x' })).toEqual(['BANK_NAME is missing', 'BANK_ORG_NUMBER is not an organisation number', 'MASKINPORTEN_P12_PASSWORD does not open MASKINPORTEN_P12'])
    expect(problemsOf({ ...withCertificate, BANK_ORG_NUMBER: undefined })).toEqual(['BANK_ORG_NUMBER is missing'])
  })
})

describe('a setting read again', () => {
  test('gives what its files hold now, judged at that time', () => {
    const [p12, password] = [file(container()), file('canary-password')]
    const { again } = parseConfig({ ...common, MASKINPORTEN_P12_FILE: p12, MASKINPORTEN_P12_PASSWORD_FILE: password }, day(0)).keys.maskinporten
    writeFileSync(p12, container({ to: day(2_000) }, 'another'))
    expect(again(day(0))).toEqual({ ok: false, reason: 'not-usable', detail: 'MASKINPORTEN_P12_PASSWORD does not open MASKINPORTEN_P12' })
    writeFileSync(password, 'another')
    expect(again(day(0))).toMatchObject({ ok: true, value: [{ expiresAt: day(2_000) }] })
    expect(again(day(2_001))).toMatchObject({ ok: false, detail: 'MASKINPORTEN_P12 holds a certificate that has expired' })
    rmSync(p12)
    expect(again(day(0))).toMatchObject({ ok: false, detail: 'MASKINPORTEN_P12_FILE cannot be read' })
  })

  test('does not depend on what became of other settings', () => {
    const other = file(key32())
    const { again } = parseConfig({ ...common, AUTH_SECRET: undefined, AUTH_SECRET_FILE: other, MASKINPORTEN_JWK_FILE: file(jwk('one')) }).keys.maskinporten
    rmSync(other)
    expect(again(day(0)).ok).toBe(true)
  })
})
