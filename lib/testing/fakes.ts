import type { AuditEvent } from '@/lib/audit/audit-event'
import type { AuditLog } from '@/lib/audit/audit-log'
import type { Clock } from '@/lib/clock'
import { isMigrated, isUnanswered, isUsable, type Consent, type ProviderId } from '@/lib/consent/consent'
import type { ConsentStore } from '@/lib/consent/consent-store'
import type { EventFeedStore } from '@/lib/consent/event-feed-store'
import type { ConsentProvider } from '@/lib/consent/provider'
import type { Log, LogFields } from '@/lib/log'
import type { Maskinporten } from '@/lib/maskinporten/client'
import type { NationalId } from '@/lib/national-id'
import { fail, ok } from '@/lib/result'
import { Secret } from '@/lib/secret'
import type { Session } from '@/lib/session/session'
import type { SessionStore } from '@/lib/session/session-store'
import type { LeasedToken, TokenLease } from '@/lib/shared-token'
import type { HeldReading, HeldReadingStore } from '@/lib/sources/held-reading-store'
import type { DataSource } from '@/lib/sources/source'
import type { SubjectStore } from '@/lib/subject/subject-store'
import type { Closed, UpstreamGate } from '@/lib/upstream-gate'
import { z } from 'zod'
import { aNationalId } from './builders'

/** A clock that stands until somebody moves it. */
export function clockAt(start: Date): Clock & { set(at: Date): void } {
  let at = start
  return { now: () => new Date(at), set: (to) => void (at = to) }
}

export type LogLine = { level: keyof Log; event: string; fields: LogFields }
export function logKept(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = []
  const keep = (level: keyof Log) => (event: string, fields: LogFields = {}) => void lines.push({ level, event, fields })
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') }
}

/**
 * What happened, in order: events as their type (and outcome), calls by name. `shut` makes the audit log refuse, as a
 * database does: then the change it tells of does not happen either.
 */
export function aDiary() {
  const entries: string[] = []
  const events: AuditEvent[] = []
  let shut = (_event: AuditEvent): boolean => false
  return {
    entries,
    events,
    refuse: (when: (event: AuditEvent) => boolean) => void (shut = when),
    note: (what: string) => void entries.push(what),
    write(event: AuditEvent) {
      if (shut(event)) throw new Error('the audit log does not take it')
      events.push(event)
      entries.push(event.outcome ? `${event.type}: ${event.outcome}` : event.type)
    },
  }
}
export type Diary = ReturnType<typeof aDiary>

export const auditInMemory = (diary = aDiary()): AuditLog => ({ append: async (event) => diary.write(event), ensureRoom: async () => undefined })

export function consentsInMemory(consents: readonly Consent[], diary = aDiary()): ConsentStore & { rows: Map<string, Consent>; refs: Map<string, string> } {
  const rows = new Map(consents.map((consent) => [consent.id, consent]))
  const refs = new Map<string, string>()
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    rows,
    refs,
    find: async (id) => rows.get(id) ?? null,
    findByReference: async (provider, reference) => [...rows.values()].find((it) => it.provider === provider && it.reference === reference) ?? null,
    due: async (now) => [...rows.values()].filter((it) => (it.status === 'accepted' || it.status === 'requested') && (it.validTo <= now || (it.status === 'requested' && !isMigrated(it) && !isUnanswered(it, now)))),
    async findByReturnRef(hash) {
      const consent = rows.get(refs.get(hex(hash)) ?? '')
      return consent?.status === 'requested' ? consent : null
    },
    ofSubject: async (subjectRef, resource, coveredBy) =>
      [...rows.values()]
        .filter((consent) => consent.subjectRef === subjectRef && consent.resource === resource && consent.coveredBy === coveredBy)
        .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime()),
    allOf: async (subjectRef, coveredBy) => [...rows.values()].filter((consent) => consent.subjectRef === subjectRef && consent.coveredBy === coveredBy).sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime()),
    async add(consent, hash, event) {
      const same = (it: Consent) => it.status === 'requested' && it.subjectRef === consent.subjectRef && it.resource === consent.resource && it.coveredBy === consent.coveredBy
      if ([...rows.values()].some(same)) return fail('already-asked')
      diary.write(event)
      rows.set(consent.id, consent)
      refs.set(hex(hash), consent.id)
      return ok(undefined)
    },
    async name(consent, reference, event) {
      const row = rows.get(consent.id)
      if (row?.status !== 'requested' || row.reference !== row.id) return false
      return (diary.write(event), rows.set(row.id, { ...row, reference })).size > 0
    },
    async settle(consent, from, event) {
      if (rows.get(consent.id)?.status !== from) return fail('changed-meanwhile')
      diary.write(event)
      rows.set(consent.id, consent)
      return ok(undefined)
    },
  }
}

type Sessions = Pick<SessionStore, 'claimReading' | 'releaseReading'>
const keyOf = (hash: Uint8Array) => Buffer.from(hash).toString('hex')

export function sessionsInMemory(sessions: readonly Session[], diary = aDiary()): SessionStore & { rows: Map<string, Session>; logOut(hash: Uint8Array): void } {
  const rows = new Map(sessions.map((session) => [keyOf(session.tokenHash), session]))
  const reading: Sessions = {
    async claimReading(hash, until, event) {
      const session = rows.get(keyOf(hash))
      if (!session || session.readAt || session.expiresAt <= event.at || (session.readingUntil && session.readingUntil > event.at)) return false
      diary.write(event)
      rows.set(keyOf(hash), { ...session, readingUntil: until, readFailure: null })
      return true
    },
    async releaseReading(hash, until, failure, event) {
      diary.write(event)
      const session = rows.get(keyOf(hash))
      if (session?.readingUntil?.getTime() === until.getTime()) rows.set(keyOf(hash), { ...session, readingUntil: null, readFailure: failure, readReference: event.correlationId })
    },
  }
  const notHere = async (): Promise<never> => Promise.reject(new Error('not part of this fake'))
  return { rows, logOut: (hash) => void rows.delete(keyOf(hash)), start: notHere, find: async (hash) => rows.get(keyOf(hash)) ?? null, reasonOf: async () => null, ofSubject: async (subjectRef) => [...rows.values()].filter((session) => session.subjectRef === subjectRef), touch: notHere, end: notHere, endAll: notHere, endAllOnce: notHere, endExpired: notHere, ...reading }
}

/** Holds by the same rules as the real one: a live session that has the right, and an accepted consent. */
export function readingsInMemory(sessions: { rows: Map<string, Session> }, consents: { rows: Map<string, Consent> }, diary = aDiary()): HeldReadingStore & { rows: Map<string, HeldReading> } {
  const rows = new Map<string, HeldReading>()
  const usable = (id: string, at: Date) => {
    const consent = consents.rows.get(id)
    return consent !== undefined && isUsable(consent, at)
  }
  return {
    rows,
    async keep(reading, hash, transport, event) {
      const session = sessions.rows.get(keyOf(hash))
      const its = session !== undefined && session.readingUntil !== null && session.readAt === null && session.expiresAt > reading.fetchedAt
      const stands = its && usable(reading.consentId, reading.fetchedAt)
      diary.write(stands ? event : { ...event, outcome: 'not-kept' })
      if (its) sessions.rows.set(keyOf(hash), { ...session, readAt: reading.fetchedAt, readingUntil: null })
      const consent = consents.rows.get(reading.consentId)
      if (stands && consent) {
        rows.set(keyOf(hash), { ...reading, validTo: consent.validTo })
        consents.rows.set(consent.id, { ...consent, lastReadAt: reading.fetchedAt, sourceKnowsSince: consent.sourceKnowsVia === transport ? consent.sourceKnowsSince : reading.fetchedAt, sourceKnowsVia: transport, exchange: consent.exchange && 'used' })
      }
      return stands
    },
    async look({ tokenHash, idleSince, at, correlationId }) {
      const [session, reading] = [sessions.rows.get(keyOf(tokenHash)), rows.get(keyOf(tokenHash))]
      if (!session || !reading || session.expiresAt <= at || session.lastSeenAt <= idleSince || !usable(reading.consentId, at)) return null
      diary.write({ type: 'reading.shown', at, actor: 'applicant', correlationId, subjectRef: session.subjectRef, consentId: reading.consentId, outcome: null })
      return reading
    },
  }
}

export const subjectsInMemory = (...people: readonly (readonly [ref: string, nationalId: NationalId])[]): SubjectStore => ({
  refOf: async (nationalId) => people.find(([, id]) => id.equals(nationalId))?.[0] ?? Promise.reject(new Error('nobody')),
  findRef: async (nationalId) => people.find(([, id]) => id.equals(nationalId))?.[0] ?? null,
  knownSince: async () => new Date(Date.UTC(2026, 0, 1)),
  erase: async () => Promise.reject(new Error('not part of this fake')),
  nationalIdOf: async (ref) => people.find(([known]) => known === ref)?.[1] ?? (people.length === 0 ? aNationalId() : Promise.reject(new Error('nobody'))),
})

/** Gates that somebody has closed; whether a call closes one is for the real ones. */
export function gatesInMemory(): UpstreamGate & { close(upstream: string, until: Date, gate?: Closed['gate']): void } {
  const shut = new Map<string, Closed>()
  const notHere = async (): Promise<never> => Promise.reject(new Error('not part of this fake'))
  return {
    close: (upstream, until, gate = 'busy') => void shut.set(upstream, { gate, until }),
    closed: async (upstream, now) => [shut.get(upstream)].find((closed) => closed && closed.until > now) ?? null,
    admit: notHere,
    open: notHere,
    busy: notHere,
    failed: notHere,
  }
}

/** How far feeds have been read, in one cluster. */
export function feedsInMemory(): EventFeedStore {
  const rows = new Map<string, { readUpTo: Date; askedAt: Date }>()
  return {
    position: async (name) => rows.get(name) ?? null,
    advance: async (name, readUpTo, askedAt) => void rows.set(name, { readUpTo: [readUpTo, rows.get(name)?.readUpTo ?? readUpTo].sort((a, b) => b.getTime() - a.getTime())[0] ?? readUpTo, askedAt }),
  }
}

/** A provider that says yes to everything, unless told otherwise. */
export const aProvider = (but: Partial<ConsentProvider> = {}): ConsentProvider => ({
  traits: { exchangesOnce: false, namesRequests: false, asksLastName: false },
  requestConsent: async ({ id }) => ok({ reference: id, consentUrl: `https://altinn.example/consent/request?id=${id}` }),
  getStatus: async () => ok('accepted'),
  listNews: async () => ok([]),
  getCredentials: async () => ok({ accessToken: new Secret('a-token'), consentToken: null }),
  ...but,
})

export const everyProviderIs = (provider: ConsentProvider): Record<ProviderId, ConsentProvider> => ({ altinn3: provider, altinn2: provider })

/** A Maskinporten that gives numbered tokens, and remembers which were refused. */
export function aMaskinporten(but: Partial<Maskinporten> = {}): Maskinporten & { refusedTokens: string[] } {
  let given = 0
  const refusedTokens: string[] = []
  return {
    refusedTokens,
    accessToken: async () => ok(new Secret(`token-${++given}`)),
    consentToken: async () => ok(new Secret('consent-token')),
    refused: async (_scope, token) => void refusedTokens.push(token.reveal()),
    metadata: async () => ok({ issuer: 'https://maskinporten.example/', token_endpoint: 'https://maskinporten.example/token', jwks_uri: 'https://maskinporten.example/jwk' }),
    ...but,
  }
}

export type Figures = { total: number }
/** A source that answers with the same figures each time, unless told otherwise. */
export const aSource = (but: Partial<DataSource<Figures>> = {}): DataSource<Figures> => ({ name: 'lanekassen', scope: 'lanekassen:lan/v1/saldoopplysninger', held: z.object({ total: z.number() }), read: async () => ok({ total: 1305523 }), ...but })

/** The lease of one cluster, by the clock it is given. */
export function leaseInMemory(clock: Clock): TokenLease & { keys: Set<string> } {
  const rows = new Map<string, { epoch: bigint; until: number; token: LeasedToken | null }>()
  const now = () => clock.now().getTime()
  return {
    get keys() {
      return new Set(rows.keys())
    },
    async read(key, margin) {
      const token = rows.get(key)?.token
      return token && token.expiresAt.getTime() > now() + margin * 1000 ? token : null
    },
    async acquire(key, seconds) {
      const row = rows.get(key)
      if (row && row.until > now()) return null
      const epoch = (row?.epoch ?? 0n) + 1n
      rows.set(key, { epoch, until: now() + seconds * 1000, token: row?.token ?? null })
      return epoch
    },
    async put(key, epoch, token, lifetime) {
      if (rows.get(key)?.epoch !== epoch) return false
      rows.set(key, { epoch, until: 0, token: { token, expiresAt: new Date(now() + lifetime * 1000) } })
      return true
    },
    async release(key, epoch) {
      const row = rows.get(key)
      if (row?.epoch === epoch) rows.set(key, { ...row, until: 0 })
    },
    async forget(key, refused) {
      const row = rows.get(key)
      if (row?.token?.token.reveal() === refused.reveal()) rows.set(key, { ...row, token: null })
    },
  }
}
