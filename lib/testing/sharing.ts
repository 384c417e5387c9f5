import { randomBytes, randomUUID } from 'node:crypto'
import { newCorrelationId } from '@/lib/correlation-id'
import { Secret } from '@/lib/secret'
import { keyFromToken, newSessionToken, tokenHashOf, type Session } from '@/lib/session/session'
import { createSessionStore } from '@/lib/session/session-store'
import type { Adviser } from '@/lib/sharing/adviser'
import { createOpenShareStore } from '@/lib/sharing/open-share-store'
import { codeValidUntil } from '@/lib/sharing/share'
import { createShareStore, type NewShare } from '@/lib/sharing/share-store'
import { sealForAnother, sealReading } from '@/lib/sources/held-reading'
import { keyFromStaffToken } from '@/lib/staff/staff-session'
import { createHeldReadingStore } from '@/lib/sources/held-reading-store'
import type { Consent } from '@/lib/consent/consent'
import { after, anEvent } from './builders'
import { aLogIn, aStoredConsent, later, today, type FreshDatabase } from './database'

const bytes = (n: number) => new Uint8Array(randomBytes(n))

/** Somebody of the bank's who has been let in before. */
export async function aStaffMember({ db }: FreshDatabase, { ref = randomUUID(), unit = 'Storgata', nationalIdFingerprint = null }: { readonly ref?: string; readonly unit?: string | null; readonly nationalIdFingerprint?: Uint8Array<ArrayBuffer> | null } = {}): Promise<string> {
  await db.staffMember.createMany({ data: { ref, fingerprint: bytes(32), nationalIdFingerprint, unit, createdAt: today, lastLogInAt: today }, skipDuplicates: true })
  return ref
}

/** An adviser who is logged in: `readerKey` is what their cookie gives. */
export async function anAdviser(database: FreshDatabase, but: Partial<Adviser> & { readonly nationalIdFingerprint?: Uint8Array<ArrayBuffer>; readonly expiresAt?: Date; readonly lastSeenAt?: Date } = {}): Promise<{ adviser: Adviser; readerKey: Uint8Array }> {
  const token = newSessionToken()
  const { nationalIdFingerprint = null, expiresAt = later({ hours: 8 }), lastSeenAt = today, ...who } = but
  const adviser: Adviser = { tokenHash: tokenHashOf(token), staffRef: randomUUID(), unit: 'Storgata', roles: ['adviser'], ...who }
  const { tokenHash, staffRef, unit, roles } = adviser
  await aStaffMember(database, { ref: staffRef, unit, nationalIdFingerprint })
  // Nobody is logged in without a role: such a one has a cookie at most.
  if (roles.length > 0) await database.db.staffSession.create({ data: { tokenHash, staffRef, unit, roles: [...roles], createdAt: today, lastSeenAt, expiresAt, checkedAt: lastSeenAt, tokensSealed: bytes(8) } })
  return { adviser, readerKey: keyFromStaffToken(new Secret(token), 'reading') }
}

/** What a shared reading says. */
export const figures = { total: 1305523 }

/** A customer who is logged in and has a reading, on a new consent or on one that stands; shares begin and open at the store, without the slow code. */
export async function aCustomer(database: FreshDatabase, but: Partial<Session> = {}, consentBut: Partial<Consent> = {}, standing: Consent | null = null) {
  const { db } = database
  const [shares, openShares] = [createShareStore(db), createOpenShareStore(db)]
  const token = new Secret(newSessionToken())
  const { session } = await aLogIn(database, { tokenHash: tokenHashOf(token.reveal()), ...but })
  const { subjectRef, tokenHash } = session
  const consent = standing ?? await aStoredConsent(database, { subjectRef, status: 'accepted', ...consentBut })
  const [readingId, event] = [randomUUID(), anEvent({ type: 'source.read', at: today, subjectRef, consentId: consent.id, outcome: 'ok' })]
  await createSessionStore(db).claimReading(tokenHash, later({ seconds: 12 }), event)
  const reading = sealReading(figures, readingId, keyFromToken(token, 'reading'))
  if (!(await createHeldReadingStore(db).keep({ id: readingId, consentId: consent.id, fetchedAt: today, ...reading }, tokenHash, 'altinn3-single', event))) throw new Error('nothing was kept')

  /** A share that waits for its code; `codeKey` is what the code would give. */
  async function starts(more: Partial<NewShare> = {}, at = today, store = shares) {
    const codeKey = bytes(32)
    const code = { handle: randomUUID().slice(0, 8), salt: bytes(16), verifier: bytes(32), codeSealed: bytes(36) }
    const share: NewShare = { id: randomUUID(), subjectRef, consentId: consent.id, createdAt: at, codeUntil: codeValidUntil(at), invitationId: null, sessionHash: tokenHash, readingId, sealedKey: sealForAnother(reading.sealedKey, readingId, keyFromToken(token, 'reading'), codeKey), code, ...more }
    const begun = await store.start(share, anEvent({ type: 'share.started', at, subjectRef, consentId: consent.id, outcome: 'by-code' }))
    return { begun, share, codeKey, code: share.code }
  }
  /** The same, opened by an adviser. */
  async function shows({ adviser, readerKey }: Awaited<ReturnType<typeof anAdviser>>, at = today, store = openShares) {
    const { begun, share, codeKey, code } = await starts({}, at)
    if (!begun.ok) throw new Error(begun.reason)
    const tried = await store.try(code.handle, at)
    if (!tried) throw new Error('no share waits')
    const sealedKey = sealFor(tried, codeKey, readerKey)
    const opened = await store.open(tried, { ...adviser, errand: { purpose: 'Lånesøknad', caseNumber: '2026/17' }, sealedKey }, { at, idleSince: after(at, { minutes: -15 }), correlationId: newCorrelationId() })
    return { share, tried, opened }
  }
  /** The key that the code opens, sealed for an adviser. */
  const sealFor = (tried: { readonly sealedKey: Uint8Array }, codeKey: Uint8Array, readerKey: Uint8Array) => sealForAnother(tried.sealedKey, readingId, codeKey, readerKey)
  return { session, token, consent, readingId, starts, shows, sealFor }
}
