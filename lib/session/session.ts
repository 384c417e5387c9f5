import { createHash, randomBytes } from 'node:crypto'
import { deriveKey } from '@/lib/sealed'
import type { Secret } from '@/lib/secret'

/** One applicant's log-in. Found by the hash of the cookie; the cookie itself is nowhere at rest. */
export type Session = {
  readonly tokenHash: Uint8Array<ArrayBuffer>
  readonly subjectRef: string
  readonly idpSid: string
  readonly acr: string
  readonly idTokenSealed: Uint8Array<ArrayBuffer>
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  /** Somebody reads the source for this log-in until then at most; null when nobody does. */
  readonly readingUntil: Date | null
  readonly readAt: Date | null
  readonly readFailure: string | null
  /** The reference of the attempt that failed. */
  readonly readReference: string | null
}

export type SessionLimits = { readonly idleMinutes: number; readonly maxMinutes: number }

/** Why a session is over, or null while it lives. At the very instant of a limit it is over. */
export function endedBy(session: Pick<Session, 'lastSeenAt' | 'expiresAt'>, limits: SessionLimits, now: Date): 'idle' | 'absolute' | null {
  if (now >= session.expiresAt) return 'absolute'
  return now.getTime() - session.lastSeenAt.getTime() >= limits.idleMinutes * 60_000 ? 'idle' : null
}

/** Whoever was last here then or before is not here any more: the limit of `endedBy`, for a query. */
export const idleSince = ({ idleMinutes }: Pick<SessionLimits, 'idleMinutes'>, at: Date): Date => new Date(at.getTime() - idleMinutes * 60_000)

/** 256 random bits for the cookie. */
export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** What the database knows of a cookie. */
export const tokenHashOf = (token: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(token).digest())

/** A key that exists only while somebody shows up with the cookie. */
export const keyFromToken = (token: Secret, purpose: 'reading' | 'id-token' | 'share-code'): Buffer => deriveKey(token.reveal(), `session/${purpose}`)
