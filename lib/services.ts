import { randomUUID } from 'node:crypto'
import { createAuditLog } from './audit/audit-log'
import { openAuditKey } from './audit/checkpoint.ts'
import { createPublisher } from './audit/publish-checkpoint'
import { createAuditReading } from './audit/audit-reading-store'
import { createSealStatusStore } from './audit/seal-status-store'
import { createSealStore, type SealedKind } from './audit/seal-store'
import { createAuditTrail } from './audit/audit-trail-store'
import { systemClock } from './clock'
import { ConfigError, type Config } from './config'
import { createAltinn2 } from './consent/altinn2/altinn2'
import { createAltinn3 } from './consent/altinn3/altinn3'
import { closedProvider } from './consent/closed-provider'
import { createConsentStore } from './consent/consent-store'
import { createExchangeStore } from './consent/exchange-store'
import { createEventFeedStore } from './consent/event-feed-store'
import { noticeVersion } from './consent/notice'
import { createReturnRefs } from './consent/return-ref'
import type { ConsentPolicy } from './consent/start-consent'
import { openDatabase, type Database } from './db'
import { guarded } from './guarded-http'
import { createHttp } from './http'
import { createIdporten } from './idporten/idporten'
import type { LogInRules } from './idporten/claims'
import { createKeyRing } from './keys/key-ring'
import { fetchThrough } from './jwks'
import { createLog } from './log'
import { makeAppearance } from './look/appearance'
import { createMaskinporten } from './maskinporten/client'
import { createTokenLease } from './maskinporten/token-lease'
import { createMeters, type Meters } from './metrics/meters'
import { watchUpstreams } from './metrics/watch-upstreams'
import { createRetentionStore } from './retention/retention-store'
import type { Upstream } from './policies'
import { createSealer, deriveKey } from './sealed'
import { createSessionStore } from './session/session-store'
import { noNames } from './sharing/adviser'
import { createInvitationStore } from './sharing/invitation-store'
import { createOpenShareStore } from './sharing/open-share-store'
import { createShareStore } from './sharing/share-store'
import { createHeldReadingStore } from './sources/held-reading-store'
import { createLanekassen } from './sources/lanekassen/lanekassen'
import { createProtectedPersonStore } from './staff/protected-person-store'
import { createStaffHouse } from './staff-house'
import { createSubjectStore } from './subject/subject-store'
import { createUpstreamGate } from './upstream-gate'
import { createUpstreamSights } from './upstream-sight-store'

/** The plan of the house for one bank: every part is built here, once, and handed what it needs. */
export function createServices(config: Config, db: Database = openDatabase(config.DATABASE_URL.reveal(), config.BANK_ORG_NUMBER), meters: Meters = createMeters()) {
  const clock = systemClock
  const newId = randomUUID
  const log = createLog(undefined, { bank: config.BANK_ORG_NUMBER })
  const upstreams = { idporten: config.IDPORTEN_ISSUER, maskinporten: config.MASKINPORTEN_ISSUER, altinn: config.ALTINN_PLATFORM_URL, altinn2: config.ALTINN2_URL, lanekassen: config.LANEKASSEN_URL }
  const sights = createUpstreamSights(db, clock)
  const { http, fetch } = createHttp({
    origins: Object.values(upstreams).filter((url) => url !== undefined),
    now: () => clock.now(),
    watch: watchUpstreams(meters, config.BANK_ORG_NUMBER, upstreams, sights.saw),
  })
  const sealer = createSealer(config.ENCRYPTION_KEYS)

  const gates = createUpstreamGate(db)
  const through = (upstream: Upstream) => guarded(http, gates, clock, upstream)
  const [idportenKeys, maskinportenKeys] = [createKeyRing(config.keys.idporten, { clock, log }), createKeyRing(config.keys.maskinporten, { clock, log })]

  const idporten = createIdporten(
    { http, fetch, clock, newId, log },
    { issuer: config.IDPORTEN_ISSUER.replace(/\/$/, ''), clientId: config.IDPORTEN_CLIENT_ID, signingKey: idportenKeys.signingKey },
  )
  const lease = createTokenLease(db, sealer)
  const maskinporten = createMaskinporten(
    { http: through('maskinporten'), clock, newId, log, lease, sawKey: (refusedKey) => sights.sawKey('maskinporten', refusedKey) },
    {
      issuer: config.MASKINPORTEN_ISSUER,
      clientId: config.MASKINPORTEN_CLIENT_ID,
      signingKey: maskinportenKeys.signingKey,
      otherKeys: () => maskinportenKeys.keys().slice(1).map(({ id }) => id),
      consumerOrg: config.SUPPLIER_ORG_NUMBER && config.BANK_ORG_NUMBER,
    },
  )
  const altinn3 = config.CONSENT_PROVIDER !== 'altinn3' || config.ALTINN_PLATFORM_URL === undefined || config.LANEKASSEN_CONSENT_TRANSPORT === 'altinn2' ? closedProvider() : createAltinn3(
    { http: through('altinn'), fetch: fetchThrough(through('maskinporten')), clock, log, maskinporten, lease },
    {
      platformUrl: config.ALTINN_PLATFORM_URL,
      consentPageOrigin: config.ALTINN_CONSENT_PAGE_ORIGIN,
      metadataKey: config.ALTINN_CONSENT_METADATA_KEY,
      transport: config.LANEKASSEN_CONSENT_TRANSPORT,
      coveredBy: config.BANK_ORG_NUMBER,
      exchange: config.ALTINN_TOKEN_EXCHANGE,
    },
  )
  const altinn2 = config.CONSENT_PROVIDER !== 'altinn2' || config.ALTINN2_URL === undefined || config.ALTINN_API_KEY === undefined ? closedProvider() : createAltinn2(
    { http: through('altinn'), fetch: fetchThrough(through('altinn')), clock, log, maskinporten },
    {
      url: config.ALTINN2_URL,
      apiKey: config.ALTINN_API_KEY,
      consentPageOrigin: config.ALTINN_CONSENT_PAGE_ORIGIN,
      metadataKey: config.ALTINN_CONSENT_METADATA_KEY,
      coveredBy: config.BANK_ORG_NUMBER,
      handledBy: config.SUPPLIER_ORG_NUMBER ?? null,
    },
  )
  const policy: ConsentPolicy = {
    provider: config.CONSENT_PROVIDER,
    resource: config.ALTINN_CONSENT_RESOURCE,
    coveredBy: config.BANK_ORG_NUMBER,
    coveredByName: config.BANK_NAME,
    handledByName: config.SUPPLIER_NAME ?? null,
    handledBy: config.SUPPLIER_ORG_NUMBER ?? null,
    days: config.CONSENT_DURATION_DAYS,
    noticeVersion: noticeVersion({ adviserSharing: config.ADVISER_SHARING === 'live', supplier: config.SUPPLIER_NAME !== undefined }),
    returnUrl: `${config.APP_URL}/consent/return`,
    transport: config.LANEKASSEN_CONSENT_TRANSPORT,
  }
  const logInRules: LogInRules = { acr: config.IDPORTEN_ACR, synthetic: config.DEPLOYMENT !== 'production', testId: config.DEPLOYMENT !== 'production' }

  const staff = createStaffHouse(config, { db, clock, newId, log, sealer, meters, sights })

  return {
    config,
    db,
    clock,
    newId,
    log,
    fetch,
    idporten,
    logInRules,
    policy,
    sessionLimits: { idleMinutes: config.SESSION_IDLE_MINUTES, maxMinutes: config.SESSION_MAX_MINUTES },
    /** How the bank's pages look. Throws while its settings cannot be used; the start ends with them. */
    appearance: onlyOnce(async () => {
      const made = await makeAppearance({ color: config.BANK_COLOR ?? null, radius: config.BANK_BORDER_RADIUS ?? null, font: config.BANK_FONT_FAMILY ?? null, logo: config.BANK_LOGO ?? null })
      if (!made.ok) throw new ConfigError([made.detail ?? ''])
      return made.value
    }),
    audit: createAuditLog(db),
    seals: createSealStore(db),
    auditKey: openAuditKey(JSON.parse(config.AUDIT_SIGNING_KEY.reveal()) as { x: string; d: string }),
    counted: (kind: SealedKind) => meters.sealed(config.BANK_ORG_NUMBER, kind),
    publish: createPublisher({ log, file: config.AUDIT_CHECKPOINT_FILE }),
    trail: createAuditTrail(db),
    auditReading: createAuditReading(db),
    sealStatus: createSealStatusStore(db),
    sessions: createSessionStore(db),
    subjects: createSubjectStore(db, { sealer, fingerprintKey: config.FINGERPRINT_KEY }),
    consents: createConsentStore(db),
    exchanges: createExchangeStore(db),
    feeds: createEventFeedStore(db),
    readings: createHeldReadingStore(db),
    shares: createShareStore(db),
    openShares: createOpenShareStore(db),
    invitations: createInvitationStore(db),
    /** Null where advisers see nothing: then nobody is asked to share, and nothing opens. */
    sharing: config.ADVISER_SHARING === 'live' && staff ? { codeKey: new Uint8Array(deriveKey(config.AUTH_SECRET, 'share-code')), purposes: config.SHARE_PURPOSES } : null,
    /** Also of looks from before, where advisers see nothing any more. */
    adviserNames: config.SHARE_ADVISER_NAMES === 'on' && staff ? staff.store.namesOf : noNames,
    gates,
    sights,
    keyRings: [idportenKeys, maskinportenKeys, ...(staff?.keyRing ? [staff.keyRing] : [])],
    /** Null where the bank has no staff log-in: then its pages are not there. */
    staff,
    protectedPeople: createProtectedPersonStore(db, config.FINGERPRINT_KEY),
    retention: createRetentionStore(db),
    returnRefs: createReturnRefs(deriveKey(config.AUTH_SECRET, 'return-ref')),
    providers: { altinn3, altinn2 },
    sources: { studentLoan: createLanekassen({ http: through('lanekassen'), log }, { url: config.LANEKASSEN_URL, apiKey: config.LANEKASSEN_API_KEY, scope: config.LANEKASSEN_SCOPE }) },
  }
}
/** Done at the first asking; everybody after it gets the same. */
function onlyOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => (made ??= make())
}
export type Services = ReturnType<typeof createServices>
