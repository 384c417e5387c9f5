import { describe, expect, test } from 'vitest'
import { hostProblems } from './config-hosts'

const inProduction = {
  DEPLOYMENT: 'production',
  APP_URL: 'https://bank.example',
  IDPORTEN_ISSUER: 'https://idporten.no',
  MASKINPORTEN_ISSUER: 'https://maskinporten.no/',
  ALTINN_PLATFORM_URL: 'https://platform.altinn.no',
  ALTINN_CONSENT_PAGE_ORIGIN: 'https://am.ui.altinn.no',
  LANEKASSEN_URL: 'https://ekstern01.api.lanekassen.no/saldo/v1/Accounts',
} as const
const names = ['APP_URL', 'IDPORTEN_ISSUER', 'MASKINPORTEN_ISSUER', 'ALTINN_PLATFORM_URL', 'ALTINN_CONSENT_PAGE_ORIGIN', 'LANEKASSEN_URL'] as const
const thisMachine = ['https://localhost', 'https://localhost:3000', 'https://LOCALHOST', 'https://localhost.', 'https://app.localhost', 'https://127.0.0.1', 'https://127.9.9.9', 'https://127.1', 'https://2130706433', 'https://0.0.0.0', 'https://[::1]', 'https://[::]', 'https://[::ffff:127.0.0.1]']

describe('in production', () => {
  test('the public addresses are in order', () => {
    expect(hostProblems(inProduction)).toEqual([])
  })

  describe.each(names)('%s', (name) => {
    test.each(['http://bank.example', 'http://127.0.0.1:4000'])('must be https: not %s', (url) => {
      expect(hostProblems({ ...inProduction, [name]: url }).join()).toMatch(new RegExp(`^${name} must be https`))
    })
    test.each(thisMachine)('must not be this machine: not %s', (url) => {
      expect(hostProblems({ ...inProduction, [name]: url })).toEqual([`${name} must be https and not this machine`])
    })
    test.each(['https://test.idporten.no', 'https://login.test.idporten.no', 'https://test.maskinporten.no/', 'https://platform.tt02.altinn.no', 'https://am.ui.tt02.altinn.no', 'https://ekstern01.api.test.lanekassen.no', 'https://x.sandbox.bank.example'])(
      'must not be a test host: not %s', (url) => {
        expect(hostProblems({ ...inProduction, [name]: url })).toEqual([`${name} names a test host`])
      },
    )
    test.each(['https://ver1.maskinporten.no', 'https://ver2.maskinporten.no', 'https://oidc.difi.no', 'https://oidc-ver2.difi.no', 'https://integrasjon.difi.no'])('must not be a host that is closed: not %s', (url) => {
      expect(hostProblems({ ...inProduction, [name]: url })).toEqual([`${name} names a host that is closed`])
    })
    test.each(['https://user@bank.example', 'https://user:password@bank.example', 'https://:password@bank.example', 'https://bank.example/#fragment'])('must not hold a user name, a password or a fragment: not %s', (url) => {
      expect(hostProblems({ ...inProduction, [name]: url })).toEqual([`${name} must not hold a fragment or a user name`])
    })
  })

  test.each(['https://latest.bank.example', 'https://contest.example', 'https://testbanken.no', 'https://sandboxen.no'])('a host that only sounds like a test is let through: %s', (url) => {
    expect(hostProblems({ ...inProduction, APP_URL: url })).toEqual([])
  })
})

describe('elsewhere', () => {
  const inTest = { ...inProduction, DEPLOYMENT: 'test' } as const

  test('in test, our own address may be this machine, and no upstream’s may', () => {
    expect(hostProblems({ ...inTest, APP_URL: 'http://localhost:3000' })).toEqual([])
    for (const name of names.slice(1)) expect(hostProblems({ ...inTest, [name]: 'http://127.0.0.1:4000' })).toEqual([`${name} must not be this machine`])
  })

  test('in test, test hosts are what they are for', () => {
    expect(hostProblems({ ...inTest, MASKINPORTEN_ISSUER: 'https://test.maskinporten.no/' })).toEqual([])
  })

  test.each(['sandbox', 'test', 'production'] as const)('in %s, http over a network is refused', (DEPLOYMENT) => {
    for (const name of names) expect(hostProblems({ ...inProduction, DEPLOYMENT, [name]: 'http://bank.example' })).toEqual([`${name} must be https`])
  })

  test('in the sandbox, upstreams may be http on this machine', () => {
    expect(hostProblems({ ...inProduction, DEPLOYMENT: 'sandbox', LANEKASSEN_URL: 'http://127.0.0.1:4000/lanekassen', IDPORTEN_ISSUER: 'http://localhost:4000' })).toEqual([])
  })

  test('closed hosts are refused everywhere', () => {
    for (const DEPLOYMENT of ['sandbox', 'test'] as const) expect(hostProblems({ ...inProduction, DEPLOYMENT, MASKINPORTEN_ISSUER: 'https://ver2.maskinporten.no/' })).toEqual(['MASKINPORTEN_ISSUER names a host that is closed'])
  })
})
