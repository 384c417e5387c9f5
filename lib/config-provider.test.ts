import { expect, test } from 'vitest'
import { providerDefaults, providerProblems } from './config-provider'

const altinn2 = { CONSENT_PROVIDER: 'altinn2', LANEKASSEN_CONSENT_TRANSPORT: 'altinn2', ALTINN_CONSENT_RESOURCE: 'slk_5498_1' } as const
const given = { ALTINN2_URL: 'https://tt02.altinn.no', ALTINN_API_KEY: 'canary-key' }

test('Altinn 2 brings its transport, its metadata key and the origin of its pages with it', () => {
  expect(providerDefaults({ ...given, CONSENT_PROVIDER: 'altinn2' })).toEqual({ ALTINN_CONSENT_METADATA_KEY: 'Navn', LANEKASSEN_CONSENT_TRANSPORT: 'altinn2', ALTINN_CONSENT_PAGE_ORIGIN: 'https://tt02.altinn.no' })
  expect([providerDefaults(given), providerDefaults({ CONSENT_PROVIDER: 'altinn2', ALTINN2_URL: 'nowhere' })]).toEqual([{}, { ALTINN_CONSENT_METADATA_KEY: 'Navn', LANEKASSEN_CONSENT_TRANSPORT: 'altinn2' }])
})

test('each provider needs its own settings, and not the other’s', () => {
  expect(providerProblems(altinn2, given)).toEqual([])
  expect(providerProblems(altinn2, {})).toEqual(['ALTINN2_URL is missing', 'ALTINN_API_KEY is missing'])
  expect(providerProblems({ CONSENT_PROVIDER: 'altinn3', LANEKASSEN_CONSENT_TRANSPORT: 'altinn3-single' }, given)).toEqual(['ALTINN_PLATFORM_URL is missing'])
})

test('a transport of the other provider is named, with no value', () => {
  const wrong = [providerProblems({ ...altinn2, LANEKASSEN_CONSENT_TRANSPORT: 'altinn3-both' }, given), providerProblems({ CONSENT_PROVIDER: 'altinn3', LANEKASSEN_CONSENT_TRANSPORT: 'altinn2' }, { ALTINN_PLATFORM_URL: 'x' })]
  expect(wrong).toEqual([['LANEKASSEN_CONSENT_TRANSPORT must be altinn2 when CONSENT_PROVIDER is altinn2'], ['LANEKASSEN_CONSENT_TRANSPORT must not be altinn2 when CONSENT_PROVIDER is altinn3']])
})

test('a resource that names no service is no resource of Altinn 2', () => {
  expect(providerProblems({ ...altinn2, ALTINN_CONSENT_RESOURCE: 'slk-saldo' }, given)).toHaveLength(1)
  expect(providerProblems({ CONSENT_PROVIDER: 'altinn3', ALTINN_CONSENT_RESOURCE: 'slk-saldo' }, { ALTINN_PLATFORM_URL: 'x' })).toEqual([])
})
