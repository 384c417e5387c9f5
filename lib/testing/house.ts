import { randomBytes, randomUUID } from 'node:crypto'
import { parseConfig } from '@/lib/config'
import { continueConsent } from '@/lib/consent/continue-consent'
import { startConsent } from '@/lib/consent/start-consent'
import { newCorrelationId } from '@/lib/correlation-id'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { createServices, type Services } from '@/lib/services'
import { keyFromToken, newSessionToken, tokenHashOf } from '@/lib/session/session'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { whyNoReading } from '@/lib/sources/why-no-reading'
import { newAuditJwk } from './audit-keys'
import { after, aNationalId } from './builders'
import type { FreshDatabase } from './database'
import { anEd25519Jwk } from './key-pairs'
import type { Sandbox } from './sandbox'

const key = () => randomBytes(32).toString('base64')

/** The whole core against the whole street and a real database, on several instances: only pages and browsers are missing. */
export function aHouse(database: FreshDatabase, sandbox: Sandbox, settings: Record<string, string> = {}) {
  const { origin } = sandbox
  const config = parseConfig({
    APP_URL: 'http://localhost:3000', DEPLOYMENT: 'sandbox', AUTH_SECRET: key(), ENCRYPTION_KEYS: `k1:${key()}`, FINGERPRINT_KEY: key(), AUDIT_SIGNING_KEY: JSON.stringify(newAuditJwk()), DATABASE_URL: database.appUrl, BANK_NAME: 'Testbanken AS', BANK_ORG_NUMBER: '311111116',
    IDPORTEN_ISSUER: `${origin}/idporten`, IDPORTEN_CLIENT_ID: 'saldosyn-idporten', IDPORTEN_JWK: JSON.stringify(sandbox.idportenKey.privateJwk),
    MASKINPORTEN_ISSUER: `${origin}/maskinporten/`, MASKINPORTEN_CLIENT_ID: '11111111-2222-4333-8444-555555555555', MASKINPORTEN_JWK: JSON.stringify(sandbox.key.privateJwk),
    ALTINN_PLATFORM_URL: `${origin}/altinn`, ALTINN_CONSENT_PAGE_ORIGIN: origin, LANEKASSEN_URL: `${origin}/lanekassen/saldo/v1/Accounts`, LANEKASSEN_API_KEY: 'the-right-api-key', RECEIPT_SIGNING_KEY: anEd25519Jwk(), ...settings,
  })
  const instances = [createServices(config, database.db), createServices(config, database.another()), createServices(config, database.another()), createServices(config, database.another())] as const
  const [house] = instances

  /** What the log-in does once ID-porten has said who it is. */
  async function logIn(pid: string) {
    const now = house.clock.now()
    const subjectRef = await house.subjects.refOf(aNationalId(pid), now)
    const token = new Secret(newSessionToken())
    const started = { tokenHash: tokenHashOf(token.reveal()), subjectRef, idpSid: randomUUID(), acr: 'idporten-loa-high', idTokenSealed: encrypt(keyFromToken(token, 'id-token'), Buffer.from('eyJ'), 'id-token'), createdAt: now, lastSeenAt: now, expiresAt: after(now, { hours: 2 }) }
    const correlationId = newCorrelationId()
    await house.sessions.start(started, { type: 'session.started', at: now, actor: 'applicant', correlationId, subjectRef, consentId: null, outcome: null })
    const session = async () => (await house.sessions.find(started.tokenHash)) ?? Promise.reject(new Error('nobody is logged in'))
    return {
      subjectRef, session,
      goOn: async (at: Services = house, returnRef: string | null = null) => continueConsent(at, { source: at.sources.studentLoan, session: await session(), token, returnRef, correlationId }),
      look: (at: Services = house) => lookAtReading(at, { source: at.sources.studentLoan, token, correlationId }),
      why: async (at: Services = house) => whyNoReading(at, await session()),
      ask: (more: Partial<Parameters<typeof startConsent>[1]> = {}, at: Services = house) => startConsent(at, { subjectRef, correlationId, ...more }),
      consents: () => house.consents.ofSubject(subjectRef, house.policy.resource, house.policy.coveredBy),
    }
  }

  return {
    instances,
    house,
    logIn,
    /** Their lines in the audit log. */
    told: async (subjectRef: string) => (await database.events()).filter((event) => event.subjectRef === subjectRef).map(({ type, outcome }) => (outcome ? `${type}: ${outcome}` : type)),
    calls: async () => (await sandbox.requests('lanekassen', 'accounts')).length,
    /** As on the first day, but for the audit log. */
    async reset() {
      await sandbox.reset()
      await database.asOwner('DELETE FROM "Session"; DELETE FROM "Consent"; DELETE FROM "UpstreamGate"; DELETE FROM "TokenLease"')
    },
  }
}
