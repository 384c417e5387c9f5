import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Clock } from '@/lib/clock'
import { parseConfig } from '@/lib/config'
import { providerIds, type ConsentStatus, type ProviderId } from '@/lib/consent/consent'
import { continueConsent } from '@/lib/consent/continue-consent'
import { expireConsents } from '@/lib/consent/expire-consents'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import type { ConsentNews, ConsentProvider } from '@/lib/consent/provider'
import { startConsent } from '@/lib/consent/start-consent'
import { stopHere } from '@/lib/consent/stop-here'
import { newCorrelationId } from '@/lib/correlation-id'
import type { NationalId } from '@/lib/national-id'
import { fail, ok } from '@/lib/result'
import { encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { createServices } from '@/lib/services'
import { endedBy, keyFromToken, newSessionToken, tokenHashOf, type Session } from '@/lib/session/session'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { aPolicy } from '@/lib/testing/builders'
import { aSource, logKept } from '@/lib/testing/fakes'
import { sandboxKeys } from '../../../cli/sandbox-keys.mjs'
import { appSettings } from '../../../cli/sandbox-settings.mjs'
import { DAYS, type Name } from './model.ts'

type Databases = { readonly appUrl: string; readonly ownerUrl: string }

/** The core as lib/services.ts builds it on this database; clock, Altinn and Lånekassen are each sequence's own. */
export async function openHouse({ appUrl, ownerUrl }: Databases) {
  const settings = appSettings({ appUrl: 'http://localhost:3000', sandboxUrl: 'http://127.0.0.1:9', databaseUrl: appUrl, ownerUrl, keys: await sandboxKeys() })
  const services = createServices(parseConfig(settings))
  // One plan for each question: the log has a part for each month, and a plan of them all takes longer than the answer.
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1, options: '-c plan_cache_mode=force_generic_plan' })
  owner.on('error', () => undefined) // a run that is broken off takes its databases away
  return {
    services, owner,
    /** Room in the audit log for as long as a sequence may last. */
    async ensureRoom(start: Date) {
      for (const months of [0, 12]) await services.audit.ensureRoom(new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 1)))
    },
    close: () => Promise.all([services.db.$disconnect(), owner.end()]),
  }
}
export type House = Awaited<ReturnType<typeof openHouse>>

/** What the database says after a step, in the model's words. */
export type Seen = { readonly consents: readonly string[]; readonly held: readonly string[]; readonly sessions: readonly number[]; readonly told: readonly string[] }

/** One sequence in the real core: two people, two browsers, and upstreams that answer as their contracts say. */
export async function aSequence({ services, owner }: House, people: Readonly<Record<Name, NationalId>>, start: number) {
  let now = start
  const clock: Clock = { now: () => new Date(now) }
  const refs: Record<Name, string> = { ada: await services.subjects.refOf(people.ada, clock.now()), bo: await services.subjects.refOf(people.bo, clock.now()) }
  const nameOf = (ref: string | null): Name => (ref === refs.ada ? 'ada' : 'bo')
  const amounts: Record<Name, number> = { ada: 1_305_523, bo: 4_711 }

  const altinn = new Map<string, { status: ConsentStatus; readonly validTo: Date; readonly from: NationalId }>()
  const news: ConsentNews[] = []
  const asked: string[] = []
  let readings = 0
  const statusOf = (id: string): ConsentStatus => {
    const it = altinn.get(id)
    if (!it) return 'requested'
    return it.validTo <= clock.now() && (it.status === 'requested' || it.status === 'accepted') ? 'expired' : it.status
  }
  const provider: ConsentProvider = {
    traits: { exchangesOnce: false, namesRequests: false, asksLastName: false },
    async requestConsent({ id, offeredBy, validTo }) {
      if (!altinn.has(id)) asked.push(id)
      if (!altinn.has(id)) altinn.set(id, { status: 'requested', validTo, from: offeredBy })
      return ok({ reference: id, consentUrl: `http://127.0.0.1:9/?id=${id}` })
    },
    getStatus: async ({ reference }) => ok(statusOf(reference)),
    listNews: async (since) => ok(news.filter(({ at }) => at >= since)),
    async getCredentials({ reference }, offeredBy) {
      const status = statusOf(reference)
      if (status === 'requested' || !altinn.get(reference)?.from.equals(offeredBy)) return fail('misconfigured')
      if (status !== 'accepted') return { ...fail('consent-not-active'), status }
      return ok({ accessToken: new Secret(reference), consentToken: null })
    },
  }
  const source = aSource({
    async read({ accessToken }, person) {
      readings++
      if (!altinn.get(accessToken.reveal())?.from.equals(person)) return fail('consent-refused')
      return ok({ total: amounts[person.equals(people.ada) ? 'ada' : 'bo'] })
    },
  })
  const providers = Object.fromEntries(providerIds.map((id) => [id, provider])) as Record<ProviderId, ConsentProvider>
  const deps = { ...services, clock, providers, log: logKept(), policy: { ...services.policy, ...aPolicy({ days: DAYS }) } }
  const { sessions, sessionLimits } = services
  const feed = randomUUID()

  const logIns: { token: Secret; sid: string; jti: string }[] = []
  const browsers: (Secret | null)[] = [null, null]
  const ending = (reason: 'own' | 'back-channel' | 'front-channel' | 'replaced' | 'idle' | 'absolute') => ({ reason, actor: 'applicant' as const, at: clock.now(), correlationId: newCorrelationId() })
  const hashOf = (token: Secret) => tokenHashOf(token.reveal())

  /** As each page asks who is there: app/_server/session.ts. */
  async function visitor(browser: number): Promise<{ session: Session; token: Secret } | null> {
    const token = browsers[browser]
    const session = token ? await sessions.find(hashOf(token)) : null
    if (!token || !session) return null
    const over = endedBy(session, sessionLimits, clock.now())
    if (over) await sessions.end(session.tokenHash, ending(over))
    else if (now - session.lastSeenAt.getTime() >= 10_000) await sessions.touch(session.tokenHash, clock.now())
    return over ? null : { session, token }
  }

  return {
    timePasses: (ms: number) => void (now += ms),
    readings: () => readings,
    async logIn(browser: number, who: Name) {
      const before = browsers[browser]
      if (before) await sessions.end(hashOf(before), ending('replaced'))
      const token = new Secret(newSessionToken())
      const one = { token, sid: randomUUID(), jti: randomUUID() }
      const at = clock.now()
      await sessions.start(
        { tokenHash: hashOf(token), subjectRef: refs[who], idpSid: one.sid, acr: 'idporten-loa-high', idTokenSealed: encrypt(keyFromToken(token, 'id-token'), Buffer.from('eyJ'), 'id-token'), createdAt: at, lastSeenAt: at, expiresAt: new Date(now + sessionLimits.maxMinutes * 60_000) },
        { type: 'session.started', at, actor: 'applicant', correlationId: newCorrelationId(), subjectRef: refs[who], consentId: null, outcome: null },
      )
      logIns.push(one)
      browsers[browser] = token
    },
    async logOut(browser: number) {
      const token = browsers[browser]
      if (token) await sessions.end(hashOf(token), ending('own'))
    },
    async loggedOutElsewhere(nr: number, how: 'back-channel' | 'front-channel') {
      const it = logIns[nr]
      if (!it) return
      if (how === 'front-channel') await sessions.endAll(it.sid, ending(how))
      else await sessions.endAllOnce(it.sid, { value: randomUUID(), expiresAt: new Date(now + 600_000) }, ending(how))
    },
    endExpired: () => sessions.endExpired(sessionLimits, clock.now(), newCorrelationId()),
    async ask(browser: number, renew: boolean): Promise<'nobody' | 'usable' | number> {
      const it = await visitor(browser)
      if (!it) return 'nobody'
      const started = await startConsent(deps, { subjectRef: it.session.subjectRef, renew, correlationId: newCorrelationId() })
      if (!started.ok) throw new Error(`not asked: ${started.reason}`)
      return started.value.kind === 'usable' ? 'usable' : asked.indexOf(new URL(started.value.consentUrl).searchParams.get('id') ?? '')
    },
    inAltinn(nr: number, word: 'accepted' | 'rejected' | 'revoked') {
      const id = asked[nr]
      const it = id === undefined ? undefined : altinn.get(id)
      if (id === undefined || !it || it.validTo <= clock.now() || it.status !== (word === 'revoked' ? 'accepted' : 'requested')) return
      it.status = word
      news.push({ reference: id, status: word, at: clock.now() })
    },
    async goOn(browser: number, ref: number | 'forged' | null): Promise<string> {
      const it = await visitor(browser)
      if (!it) return 'nobody'
      const returnRef = ref === 'forged' ? randomBytes(32).toString('base64url') : ref === null ? null : services.returnRefs.of(asked[ref] ?? '')
      return (await continueConsent(deps, { source, ...it, returnRef, correlationId: newCorrelationId() })).to
    },
    async look(browser: number): Promise<Name | null> {
      const it = await visitor(browser)
      const seen = it && (await lookAtReading(deps, { source, token: it.token, correlationId: newCorrelationId() }))
      return seen ? (seen.value.total === amounts.ada ? 'ada' : 'bo') : null
    },
    async stopHere(browser: number, nr: number): Promise<string> {
      const it = await visitor(browser)
      if (!it) return 'nobody'
      const stopped = await stopHere(deps, { consentId: asked[nr] ?? randomUUID(), subjectRef: it.session.subjectRef, correlationId: newCorrelationId() })
      return stopped.ok ? 'stopped' : stopped.reason
    },
    follow: () => followConsentEvents(deps, { provider: deps.policy.provider, coveredBy: feed, everySeconds: 60, correlationId: newCorrelationId() }),
    expire: () => expireConsents(deps, newCorrelationId()),

    /** What the database holds of the two, and what the audit log has told since `after`. */
    async see(after: bigint): Promise<Seen & { readonly last: bigint }> {
      const tokens = logIns.map(({ token }) => Buffer.from(hashOf(token)))
      const { rows: [row] } = await owner.query<{ consents: { id: string; status: string; stopped: boolean }[] | null; held: { hash: string; consent: string }[] | null; sessions: string[] | null; told: { ref: string; what: string }[] | null; last: string | null }>({ name: 'question', text: QUESTION, values: [Object.values(refs), tokens, String(after), services.db.bank] })
      const nrOf = (hash: string) => tokens.findIndex((token) => token.toString('hex') === hash)
      return {
        consents: (row?.consents ?? []).map(({ id, status, stopped }) => `${asked.indexOf(id)} ${status}${stopped ? ', stopped here' : ''}`).sort(),
        held: (row?.held ?? []).map(({ hash, consent }) => `${nrOf(hash)} on ${asked.indexOf(consent)}`).sort(),
        sessions: (row?.sessions ?? []).map(nrOf).sort((a, b) => a - b),
        told: (row?.told ?? []).map(({ ref, what }) => `${nameOf(ref)} ${what}`).sort(),
        last: BigInt(row?.last ?? after),
      }
    },
    /** Both leave nothing but the audit log: the jobs look at everybody in the database. */
    forget: () => owner.query({ name: 'forget', text: FORGET, values: [Object.values(refs), services.db.bank] }),
  }
}
export type Sequence = Awaited<ReturnType<typeof aSequence>>

/** Each with the bank, which every index begins with. */
const QUESTION = `
  SELECT
    (SELECT json_agg(json_build_object('id', "id", 'status', "status", 'stopped', "stoppedHereAt" IS NOT NULL)) FROM "Consent" WHERE "bank" = $4 AND "subjectRef" = ANY($1)) AS consents,
    (SELECT json_agg(json_build_object('hash', encode("sessionHash", 'hex'), 'consent', "consentId")) FROM "HeldReading" WHERE "bank" = $4 AND "sessionHash" = ANY($2)) AS held,
    (SELECT json_agg(encode("tokenHash", 'hex')) FROM "Session" WHERE "bank" = $4 AND "subjectRef" = ANY($1)) AS sessions,
    t.told, t.last
  FROM (
    SELECT json_agg(json_build_object('ref', "subjectRef", 'what', "type" || coalesce(': ' || "outcome", ''))) AS told, max("id")::text AS last
    FROM "AuditEvent" WHERE "bank" = $4 AND "subjectRef" = ANY($1) AND "id" > $3::bigint) t`
const FORGET = `
  WITH s AS (DELETE FROM "Session" WHERE "bank" = $2 AND "subjectRef" = ANY($1))
  DELETE FROM "Consent" WHERE "bank" = $2 AND "subjectRef" = ANY($1)`
