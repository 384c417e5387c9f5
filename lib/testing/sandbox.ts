import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { systemClock, type Clock } from '@/lib/clock'
import { createAltinn2, type Altinn2Config } from '@/lib/consent/altinn2/altinn2'
import { createAltinn3, type Altinn3Config } from '@/lib/consent/altinn3/altinn3'
import { createHttp } from '@/lib/http'
import { createMaskinporten, type MaskinportenConfig } from '@/lib/maskinporten/client'
import { Secret } from '@/lib/secret'
import type { TokenLease } from '@/lib/shared-token'
import { createLanekassen } from '@/lib/sources/lanekassen/lanekassen'
import { startSandbox } from '@/sandbox/start'
import { anOrgNumber } from './builders'
import { leaseInMemory, logKept } from './fakes'
import { requiredSettings } from './settings'
import { aKeyPair } from './key-pairs'

export const BANK = '311111116'
export const SUPPLIER = '312222221'
/** Another bank, which has no client of its own at Maskinporten: the supplier asks for it. */
export const FJORD = '313333337'
export const SCOPE = 'lanekassen:lan/v1/saldoopplysninger'
const scopes = ['altinn:consentrequests.write', 'altinn:consentrequests.read', 'altinn:consenttokens.read', 'altinn:consenttokens.write', SCOPE]
export const clients = { bank: '11111111-2222-4333-8444-555555555555', supplier: '66666666-7777-4888-9999-000000000000' }

type Transport = Altinn3Config['transport'] | 'altinn2'
type Street = { transport?: Transport; supplier?: boolean }
type Adapters = { clock?: Clock; lease?: TokenLease; maskinporten?: Partial<MaskinportenConfig>; altinn?: Partial<Altinn3Config>; altinn2?: Partial<Altinn2Config>; apiKey?: string; transport?: Altinn3Config['transport'] }

/** The whole street outside in this process, with our bank registered at it; gone when the test file is done. */
export async function aSandbox({ transport = 'altinn3-single', supplier = false }: Street = {}) {
  const [key, idportenKey] = await Promise.all([aKeyPair('bank-2026'), aKeyPair('bank-login-2026')])
  const client = (who: 'bank' | 'supplier', orgNumber: string) => ({ clientId: clients[who], orgNumber, jwks: { keys: [key.publicJwk] }, scopes })
  const street = await startSandbox({
    port: 0,
    log: () => undefined,
    registration: {
      appUrl: 'http://localhost:3000',
      bank: { name: 'Testbanken AS', orgNumber: BANK },
      idporten: { clientId: 'saldosyn-idporten', jwks: { keys: [idportenKey.publicJwk] } },
      staff: { clientId: 'saldosyn-staff', clientSecret: 'a-staff-secret' },
      maskinporten: [client('bank', BANK), client('supplier', SUPPLIER)],
      delegations: [BANK, FJORD].map((consumer) => ({ consumer, supplier: SUPPLIER, scopes })),
      lanekassen: { apiKey: 'the-right-api-key', transport },
      moreBanks: [{ appUrl: 'http://fjordbanken.localhost:3000', bank: { name: 'Fjordbanken AS', orgNumber: FJORD }, idporten: { clientId: 'fjordbanken-idporten', jwks: { keys: [idportenKey.publicJwk] } }, lanekassen: { apiKey: 'the-other-api-key' } }],
      organisations: { [SUPPLIER]: 'Samdrift AS' },
      resource: { id: 'slk_5498_1', metadataKey: 'navn' },
      altinn2: { apiKeys: [{ apiKey: 'the-altinn-key', orgNumber: BANK }, { apiKey: 'the-suppliers-altinn-key', orgNumber: SUPPLIER }] },
    },
  })
  afterAll(() => street.close())
  const { origin } = street

  async function control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${origin}/control/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`the sandbox would not: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  type Party = 'idporten' | 'maskinporten' | 'altinn' | 'altinn2' | 'lanekassen'
  type Entry = { step: string; status: number; refusedBecause?: string }

  /** Our own side, built as lib/services.ts does it, but for what a test changes. */
  function adapters({ clock = systemClock, lease = leaseInMemory(systemClock), maskinporten: m = {}, altinn: a = {}, altinn2: a2 = {}, apiKey = 'the-right-api-key', transport: own = transport === 'altinn2' ? 'altinn3-single' : transport }: Adapters = {}) {
    const log = logKept()
    const { http, fetch: libraryFetch } = createHttp({ origins: [origin], now: () => clock.now() })
    const maskinporten = createMaskinporten(
      { http, clock, newId: randomUUID, lease, log },
      { issuer: `${origin}/maskinporten/`, clientId: clients[supplier ? 'supplier' : 'bank'], signingKey: async () => key.signing, consumerOrg: supplier ? BANK : undefined, ...m },
    )
    const altinn3 = createAltinn3(
      { http, fetch: libraryFetch, clock, log, maskinporten, lease },
      { platformUrl: `${origin}/altinn`, consentPageOrigin: origin, metadataKey: 'navn', transport: own, coveredBy: anOrgNumber(BANK), exchange: 'never', ...a },
    )
    const altinn2 = createAltinn2(
      { http, fetch: libraryFetch, clock, log, maskinporten },
      { url: `${origin}/altinn2`, apiKey: new Secret(supplier ? 'the-suppliers-altinn-key' : 'the-altinn-key'), consentPageOrigin: origin, metadataKey: 'Navn', coveredBy: anOrgNumber(BANK), handledBy: supplier ? anOrgNumber(SUPPLIER) : null, ...a2 },
    )
    const lanekassen = createLanekassen({ http, log }, { url: `${origin}/lanekassen/saldo/v1/Accounts`, apiKey: new Secret(apiKey), scope: SCOPE })
    return { log, http, fetch: libraryFetch, maskinporten, altinn3, altinn2, lanekassen }
  }

  return {
    origin,
    /** Every setting of the bank's own installation, pointed here; the database is the test's. */
    settings: () => ({
      ...requiredSettings,
      IDPORTEN_ISSUER: `${origin}/idporten`, IDPORTEN_CLIENT_ID: 'saldosyn-idporten', IDPORTEN_JWK: JSON.stringify(idportenKey.privateJwk), MASKINPORTEN_ISSUER: `${origin}/maskinporten/`, MASKINPORTEN_CLIENT_ID: clients.bank,
      MASKINPORTEN_JWK: JSON.stringify(key.privateJwk), ALTINN_PLATFORM_URL: `${origin}/altinn`, ALTINN_CONSENT_PAGE_ORIGIN: origin, LANEKASSEN_URL: `${origin}/lanekassen/saldo/v1/Accounts`, LANEKASSEN_API_KEY: 'the-right-api-key',
    }),
    key,
    idportenKey,
    adapters,
    control,
    reset: () => control('POST', 'reset'),
    /** Something goes wrong at a party: once, unless told otherwise. */
    fault: (party: Party, fault: string, more: { times?: number; seconds?: number; step?: string; retryAfter?: string } = {}) => control('PUT', `faults/${party}`, { fault, times: 1, ...more }),
    requests: (party: Party, step: string) => control<Entry[]>('GET', `requests?party=${party}&step=${step}`),
    /** What the person does in Altinn. */
    answer: (consentId: string, move: 'accept' | 'reject' | 'revoke' | 'expire') => control('POST', `consents/${consentId}/${move}`),
  }
}
export type Sandbox = Awaited<ReturnType<typeof aSandbox>>
