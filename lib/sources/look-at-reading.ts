import type { Clock } from '@/lib/clock'
import type { Secret } from '@/lib/secret'
import { idleSince, keyFromToken, tokenHashOf, type SessionLimits } from '@/lib/session/session'
import { openReading } from './held-reading'
import type { HeldReadingStore } from './held-reading-store'
import type { DataSource } from './source'

export type LookDeps = { readonly clock: Clock; readonly readings: HeldReadingStore; readonly sessionLimits: SessionLimits }
export type Look<T> = { readonly value: T; readonly fetchedAt: Date; readonly consentId: string; readonly validTo: Date }

/** What this log-in has read, for the screen. Logged before it is opened; null when there is nothing it may see. */
export async function lookAtReading<T>({ clock, readings, sessionLimits }: LookDeps, { source, token, correlationId }: { source: DataSource<T>; token: Secret; correlationId: string }): Promise<Look<T> | null> {
  const at = clock.now()
  const reading = await readings.look({ tokenHash: tokenHashOf(token.reveal()), idleSince: idleSince(sessionLimits, at), at, correlationId })
  if (!reading) return null
  const value = source.held.parse(openReading(reading, reading.id, keyFromToken(token, 'reading')))
  return { value, fetchedAt: reading.fetchedAt, consentId: reading.consentId, validTo: reading.validTo }
}
