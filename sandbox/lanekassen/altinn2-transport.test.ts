import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { createAltinn2Client } from '../testing/altinn2.ts'
import { createBank, type Bank } from '../testing/bank.ts'
import { keys, registration, SCOPES } from '../testing/registration.ts'

const STEINAR = '01085301957'
const FABIAN = '02075700329'
let sandbox: Sandbox
let bank: Bank
let altinn: ReturnType<typeof createAltinn2Client>
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, registration: { ...registration(), lanekassen: { apiKey: 'nokkel-fra-lanekassen', transport: 'altinn2' } }, log: () => {} })
  bank = createBank(sandbox.origin)
  altinn = createAltinn2Client(bank, sandbox.origin)
})
beforeEach(() => bank.control('POST', 'reset'))
afterAll(() => sandbox.close())

const consentOf = async (pid: string, surname: string) => JSON.parse((await altinn.token(await altinn.accepted(pid, surname))).text) as string

describe('a consent of Altinn 2 at Lånekassen', () => {
  test('is shown the first time, and remembered after a 200', async () => {
    const token = await bank.token(SCOPES.balance)
    expect((await bank.balance(token, STEINAR)).status, 'nothing is known of it').toBe(403)
    expect((await bank.balance(token, STEINAR, { 'Consent-ID': await consentOf(STEINAR, 'Bruun') })).status).toBe(200)
    expect((await bank.balance(token, STEINAR)).status).toBe(200)
    expect((await bank.balance(token, FABIAN)).status, 'another person').toBe(403)
    await bank.control('POST', 'lanekassen/forget')
    expect((await bank.balance(token, STEINAR)).status).toBe(403)
  })

  test('is refused in quotes, for another person, and when anything in it is wrong', async () => {
    const token = await bank.token(SCOPES.balance)
    const good = await consentOf(STEINAR, 'Bruun')
    expect((await bank.balance(token, STEINAR, { 'Consent-ID': `"${good}"` })).status).toBe(403)
    expect((await bank.balance(token, FABIAN, { 'Consent-ID': good })).status).toBe(403)
    for (const fault of ['a2-token-person', 'a2-token-bank', 'a2-token-service', 'a2-token-expired', 'a2-token-issuer', 'a2-token-consent-expired', 'a2-token-key']) {
      await bank.control('PUT', 'faults/altinn2', { fault, times: 1 })
      expect((await bank.balance(token, STEINAR, { 'Consent-ID': await consentOf(STEINAR, 'Bruun') })).status, fault).toBe(403)
    }
  })

  test('outlives a withdrawal, unless the lever says that Lånekassen notices', async () => {
    const plain = await bank.token(SCOPES.balance)
    const code = await altinn.accepted(STEINAR, 'Bruun')
    const consent = JSON.parse((await altinn.token(code)).text) as string
    expect((await bank.balance(plain, STEINAR, { 'Consent-ID': consent })).status).toBe(200)
    await bank.control('POST', `consents/${code}/revoke`)
    expect([(await bank.balance(plain, STEINAR)).status, (await bank.balance(plain, STEINAR, { 'Consent-ID': consent })).status]).toEqual([200, 200])
    await bank.control('PUT', 'settings', { lanekassenNoticesRevocation: true })
    expect([(await bank.balance(plain, STEINAR)).status, (await bank.balance(plain, STEINAR, { 'Consent-ID': consent })).status]).toEqual([403, 403])
    await bank.control('PUT', 'settings', { lanekassenNoticesRevocation: false })
    expect((await bank.balance(plain, STEINAR)).status, 'it was forgotten').toBe(403)
    expect((await bank.control('GET', 'requests?party=lanekassen')).text).toContain(code)
  })

  test('is refused when it names a certificate that is none of Altinn’s', async () => {
    const [, payload] = (await consentOf(STEINAR, 'Bruun')).split('.')
    const token = await new SignJWT(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<string, unknown>).setProtectedHeader({ alg: 'RS256', kid: 'finnes-ikke' }).sign(keys.stranger.sign)
    expect((await bank.balance(await bank.token(SCOPES.balance), STEINAR, { 'Consent-ID': token })).status).toBe(403)
  })

  test('goes beside a plain token, never in its place', async () => {
    const good = await consentOf(STEINAR, 'Bruun')
    expect((await bank.balance(good, STEINAR, { 'Consent-ID': good })).status).toBe(401)
  })
})
